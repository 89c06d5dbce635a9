// The badge of a node or device.
import { el, setAttribute, setText } from "./dom.js";
import { formatReason } from "./format.js";

/** A word and a shape; the colour only underlines them. */
export function stateBadge() {
  return el("span", { class: "badge", "data-testid": "state" });
}

export function showState(badge, model) {
  setAttribute(badge, "data-state", model.online ? "online" : "offline");
  setText(badge, model.online ? "Online" : `Offline: ${formatReason(model.offlineReason)}`);
}
