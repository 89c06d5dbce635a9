// The metrics of one node or device: what it measures in the open, what is about the device itself folded away.
import { el, reconcile, setAttribute, setText } from "./dom.js";
import { formatAge, formatNumber, formatTime, formatValue, plural } from "./format.js";
import { WriteControl, isWritable } from "./write.js";

const isDetail = name => name === "bdSeq" || name === "Ports" || /^(Properties|Link|Node Control|Device Control|Command|History)\//.test(name);
const byText = new Intl.Collator("en", { numeric: true }).compare;
const mostRows = 500; // of one table: thousands of rows would hold up the browser and help nobody
const qualityWords = { Good: "Good", Bad: "Bad", Stale: "Stale" };

export class MetricTable {
  #ids;
  #rows = new Map();
  #detailRows = new Map();
  #body = el("tbody", { role: "rowgroup" });
  #detailBody = el("tbody", { role: "rowgroup" });
  #table;
  #details;
  #more = el("p", { class: "facts", "data-testid": "more", hidden: true });
  #seen = -1;
  #filter = null;

  constructor(ids, label, extras) {
    this.#ids = ids;
    this.#table = makeTable(label, this.#body);
    this.#details = el("details", {}, el("summary", {}, "Details"), makeTable(`${label}: details`, this.#detailBody), ...extras);
    this.element = el("div", { class: "metrics" }, this.#table, this.#more, this.#details);
  }

  /** Returns true when a row is shown. */
  update(owner, filter, now) {
    if (this.#seen !== owner.version || this.#filter !== filter) this.#draw(owner, filter, now);
    this.#seen = owner.version;
    this.#filter = filter;
    return this.#rows.size + this.#detailRows.size > 0;
  }

  showAges(now) {
    for (const row of this.#rows.values()) row.showAge(now);
    if (this.#details.open) for (const row of this.#detailRows.values()) row.showAge(now);
  }

  commandEnded(command) {
    (this.#rows.get(command.metric) ?? this.#detailRows.get(command.metric))?.commandEnded(command);
  }

  #draw(owner, filter, now) {
    const names = [...owner.metrics.keys()].filter(name => name.toLowerCase().includes(filter)).sort(byText);
    const make = name => new MetricRow(this.#ids, name);
    const shown = names.filter(name => !isDetail(name)).slice(0, mostRows);
    const details = names.filter(isDetail).slice(0, mostRows);
    reconcile(this.#body, this.#rows, shown, name => name, make);
    reconcile(this.#detailBody, this.#detailRows, details, name => name, make);
    const left = names.length - shown.length - details.length;
    this.#more.hidden = left === 0;
    setText(this.#more, left === 0 ? "" : `${plural(left, "more metric")}: Find shows those that it matches, the API has all.`);
    for (const rows of [this.#rows, this.#detailRows])
      for (const [name, row] of rows) row.update(owner.metrics.get(name), owner.model?.online ?? false, now);
    setAttribute(this.#table, "hidden", this.#rows.size === 0);
    setAttribute(this.#details, "hidden", this.#detailRows.size === 0 && filter !== "");
  }
}

function makeTable(label, body) {
  const head = ["Metric", "Value", "Quality", "Age", "Write"].map(text => el("th", { scope: "col", role: "columnheader" }, text));
  // On a phone the rows are laid out as blocks, and browsers then forget that this is a table: the roles say it again.
  return el("table", { "aria-label": label, role: "table" }, el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...head)), body);
}

class MetricRow {
  #ids;
  #metric;
  #write = null;
  #value = el("span", { class: "value", "data-testid": "value" });
  #unit = el("span", { class: "unit", "data-testid": "unit" });
  #level = el("i", {});
  #range = el("span", { class: "range", "aria-hidden": "true", hidden: true }, this.#level);
  #quality = el("span", { class: "badge", "data-testid": "quality" });
  #age = el("td", { role: "cell", class: "age", "data-testid": "age" });
  #control = el("td", { role: "cell", class: "control" });

  constructor(ids, name) {
    this.#ids = ids;
    const at = name.lastIndexOf("/") + 1;
    this.element = el("tr", { role: "row", "data-metric": name },
      el("th", { scope: "row", role: "rowheader" }, el("span", { class: "folder" }, name.slice(0, at)), name.slice(at)),
      el("td", { role: "cell", class: "reading" }, this.#value, " ", this.#unit, this.#range),
      el("td", { role: "cell" }, this.#quality), this.#age, this.#control);
  }

  update(metric, isOnline, now) {
    const isNew = this.#metric && (this.#metric.value !== metric.value && this.#metric.timestamp !== metric.timestamp);
    this.#metric = metric;
    const { engUnit, documentation } = metric.properties;
    setText(this.#value, formatValue(metric));
    setText(this.#unit, engUnit ?? "");
    setAttribute(this.element, "data-quality", metric.quality);
    setAttribute(this.element, "data-value", JSON.stringify(metric.value));
    setAttribute(this.element, "data-type", metric.dataType);
    setAttribute(this.element, "title", [documentation, metric.dataType].filter(Boolean).join(" · "));
    setAttribute(this.#quality, "data-state", metric.quality.toLowerCase());
    setText(this.#quality, qualityWords[metric.quality]);
    this.#showRange(metric);
    setAttribute(this.#age, "title", formatTime(metric.timestamp));
    this.showAge(now);
    if (isNew) this.#flash();
    this.#showControl(isOnline);
  }

  showAge(now) {
    setText(this.#age, formatAge(this.#metric.timestamp, now));
  }

  commandEnded(command) {
    this.#write?.ended(command);
  }

  #showRange({ value, properties: { engLow, engHigh } }) {
    const isRanged = [value, engLow, engHigh].every(Number.isFinite) && engHigh > engLow;
    this.#range.hidden = !isRanged;
    if (!isRanged) return;
    const share = Math.min(1, Math.max(0, (value - engLow) / (engHigh - engLow)));
    this.#level.style.width = `${(share * 100).toFixed(1)}%`;
    setAttribute(this.#range, "data-outside", String(value < engLow || value > engHigh));
    setAttribute(this.#range, "title", `${formatNumber(engLow)} to ${formatNumber(engHigh)}`);
  }

  #showControl(isOnline) {
    if (!isWritable(this.#metric)) {
      this.#write = null;
      this.#control.replaceChildren();
      return;
    }
    if (!this.#write) {
      this.#write = new WriteControl(this.#ids, this.#metric);
      this.#control.replaceChildren(this.#write.element);
    }
    this.#write.update(this.#metric, isOnline);
  }

  #flash() {
    this.#value.classList.remove("changed");
    void this.#value.offsetWidth; // restarts the animation
    this.#value.classList.add("changed");
  }
}
