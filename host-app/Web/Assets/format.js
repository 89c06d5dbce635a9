// Values, ages and states as people read them.

const integer = new Intl.NumberFormat("en", { useGrouping: false, maximumFractionDigits: 0 });

/** A value as a short text. */
export function formatValue(metric) {
  const { value, dataType, isNull } = metric;
  if (isNull || value === null) return "–";
  if (dataType === "Boolean") return value ? "On" : "Off";
  if (dataType === "DateTime") return formatTime(value);
  if (dataType === "Bytes" || dataType === "File") return plural(byteCount(value), "byte");
  if (dataType === "DataSet") return table(value);
  if (dataType === "Template") return value.isDefinition ? `definition, ${plural(value.metrics.length, "member")}` : members(value);
  if (Array.isArray(value)) return `[${shorten(value.map(String).join(", "), 60)}]`;
  if (typeof value === "number") return formatNumber(value);
  return shorten(String(value), 120);
}

export function formatNumber(value) {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return integer.format(value);
  return String(Number(value.toPrecision(9)));
}

// A small table as its rows, a large one as its size.
function table({ columns, rows }) {
  if (rows.length === 0) return "no rows";
  if (rows.length > 6) return `${plural(rows.length, "row")} × ${plural(columns.length, "column")}`;
  return rows.map(row => shorten(row.map(cell => cell ?? "–").join(" · "), 120)).join("\n");
}

function members(template) {
  const list = template.metrics.map(member => `${member.name} ${formatValue(member)}`).join(", ");
  return shorten(list, 80);
}

// Made once: making one costs more than all else that a row of a table needs.
const clock = { hour: "numeric", minute: "numeric", second: "numeric", hourCycle: "h23" };
const timeOfDay = new Intl.DateTimeFormat([], clock);
const dateAndTime = new Intl.DateTimeFormat([], { year: "numeric", month: "numeric", day: "numeric", ...clock });

/** A time of day today, else with its date. */
export function formatTime(iso) {
  const time = new Date(iso);
  const today = new Date().toDateString() === time.toDateString();
  return (today ? timeOfDay : dateAndTime).format(time);
}

// What base64 stands for, without the padding.
const byteCount = text => (text.length / 4) * 3 - (text.match(/=*$/)[0].length);

/** How long ago: "now", "12 s", "3 min", "5 h", "2 d"; "3 min ahead" where the clock of its source must be wrong. */
export function formatAge(iso, now) {
  const seconds = Math.floor((now - new Date(iso)) / 1000);
  if (seconds < -60) return `${formatAge(now, new Date(iso))} ahead`;
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

const offlineWords = {
  NotBorn: "not born yet",
  NDEATH: "ended or lost",
  DDEATH: "disconnected",
  NodeReborn: "waiting for its birth",
  ServerLost: "MQTT server lost",
};

/** Why something is offline, in words. */
export const formatReason = reason => offlineWords[reason] ?? reason;

export const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

const shorten = (text, longest) => (text.length <= longest ? text : `${text.slice(0, longest)}…`);
