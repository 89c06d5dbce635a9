// Writing a metric: a switch for a Boolean, a field for the rest, and what became of it.
import { el, setAttribute, setText } from "./dom.js";
import { get, path, post, wait } from "./api.js";
import { formatValue } from "./format.js";

const scalar = /^(U?Int(8|16|32|64)|Float|Double|Boolean|String|Text|UUID|DateTime)$/;
const whole = /^U?Int/;

/** True unless the birth says otherwise. Foreign nodes say nothing: those may be tried, behind a button. */
export const isWritable = ({ name, dataType, properties }) =>
  properties.readOnly !== true && scalar.test(dataType) && name !== "bdSeq" && (properties.readOnly === false || !isOwnAffair(name));

const isOwnAffair = name => /^(Properties|Link|Command)\//.test(name);

export class WriteControl {
  #ids;
  #metric;
  #command = null;
  #early = new Map();
  #input;
  #form;
  #opener = null;
  #outcome = el("span", { class: "outcome", role: "status", "data-testid": "outcome" });

  constructor(ids, metric) {
    this.#ids = ids;
    this.#metric = metric;
    this.#form = metric.dataType === "Boolean" ? this.#makeSwitch() : this.#makeField();
    this.element = el("div", { class: "write" }, this.#form, this.#outcome);
    if (metric.properties.readOnly !== false) this.#hideBehindButton();
  }

  update(metric, isOnline) {
    this.#metric = metric;
    if (metric.dataType === "Boolean") setAttribute(this.#input, "aria-checked", String(metric.value === true));
    for (const control of [...this.#form.querySelectorAll("input, button"), this.#opener])
      if (control) control.disabled = !isOnline;
    if (this.#form.matches("button")) this.#form.disabled = !isOnline;
  }

  /** A command of anybody's came to its end. The end can come before the answer to the POST. */
  ended(command) {
    if (this.#command === null) return;
    if (this.#command === "sending") this.#early.set(command.id, command);
    else if (command.id === this.#command) this.#show(command);
  }

  #makeSwitch() {
    this.#input = el("button", { type: "button", role: "switch", class: "switch", "aria-checked": "false", "aria-label": this.#metric.name, "data-testid": "switch" },
      el("i", { "aria-hidden": "true" }));
    this.#input.addEventListener("click", () => this.#send(this.#metric.value !== true));
    return this.#input;
  }

  #makeField() {
    const { name, dataType, properties, value } = this.#metric;
    const isNumber = whole.test(dataType) || dataType === "Float" || dataType === "Double";
    this.#input = el("input", {
      "aria-label": `New value for ${name}`, inputmode: isNumber ? "decimal" : "text", autocomplete: "off", spellcheck: "false",
      placeholder: hint(dataType, properties), "data-testid": "field", class: isNumber ? "number" : "", required: isNumber,
    });
    const form = el("form", {}, this.#input, el("button", { type: "submit", "data-testid": "send" }, "Set"));
    form.addEventListener("submit", event => {
      event.preventDefault();
      const wanted = parse(this.#input.value.trim(), dataType);
      if (wanted === undefined) this.#say("rejected", `“${this.#input.value}” is not a number`);
      else this.#send(wanted);
    });
    if (value !== null && !isNumber) this.#input.value = String(value);
    return form;
  }

  #hideBehindButton() {
    this.#form.hidden = true;
    this.#opener = el("button", { type: "button", class: "quiet", "aria-label": `Write ${this.#metric.name}` }, "Write…");
    this.#opener.addEventListener("click", () => {
      this.#form.hidden = false;
      this.#opener.remove();
      this.#input.focus();
    });
    this.element.prepend(this.#opener);
  }

  async #send(value) {
    this.#command = "sending";
    this.#early.clear();
    this.#say("pending", "Pending…");
    try {
      const command = await post(`${path(this.#ids)}/commands`, { metric: this.#metric.name, value });
      this.#command = command.id;
      const end = this.#early.get(command.id) ?? command;
      if (end.state !== "Pending") this.#show(end);
      else this.#askAgain(command.id);
    } catch (error) {
      this.#command = null;
      this.#say("rejected", error.message);
    }
  }

  // The stream tells the outcome; should it have been away at that moment, this finds it out.
  async #askAgain(id) {
    while (this.#command === id) {
      await wait(3000);
      const command = await get(`/api/commands/${id}`).catch(() => null);
      if (this.#command === id && command && command.state !== "Pending") this.#show(command);
    }
  }

  #show(command) {
    this.#command = null;
    const value = formatValue({ ...this.#metric, value: command.appliedValue ?? command.value, isNull: false });
    switch (command.state) {
      case "Confirmed": return this.#say("confirmed", `Confirmed ${value} in ${command.latencyMs} ms`);
      case "Rejected": return this.#say("rejected", `Rejected: ${command.reason}`);
      case "TimedOut": return this.#say("timed-out", `Timed out: ${command.reason}`);
      default: return this.#say("superseded", "Superseded by a newer command");
    }
  }

  #say(state, text) {
    setAttribute(this.#outcome, "data-state", state);
    setText(this.#outcome, text);
    setAttribute(this.#form, "aria-busy", String(state === "pending"));
  }
}

function parse(text, dataType) {
  if (dataType === "Int64" || dataType === "UInt64") return /^-?\d+$/.test(text) ? text : undefined;
  if (whole.test(dataType)) return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (dataType === "Float" || dataType === "Double") {
    if (/^(NaN|-?Infinity)$/.test(text)) return text;
    const number = Number(text);
    return text === "" || Number.isNaN(number) ? undefined : number;
  }
  return text;
}

function hint(dataType, { engLow, engHigh }) {
  if (Number.isFinite(engLow) && Number.isFinite(engHigh)) return `${engLow} … ${engHigh}`;
  return dataType === "DateTime" ? "2026-11-24T22:13:22Z" : dataType;
}
