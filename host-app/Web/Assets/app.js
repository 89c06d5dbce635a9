// Ties the stream of events to the picture of the fleet.
import { follow, setToken } from "./api.js";
import { Fleet } from "./fleet.js";
import { FleetView } from "./view.js";

const byId = id => document.getElementById(id);
const fleet = new Fleet();
const view = new FleetView(fleet);

const linkWords = { connecting: "Connecting", live: "Live", lost: "Reconnecting", locked: "Locked" };

function showLink(link) {
  document.body.dataset.link = link;
  byId("page-link").textContent = linkWords[link];
  byId("login").hidden = link !== "locked";
  const lost = link === "lost" && fleet.isComplete;
  byId("banner").hidden = !lost;
  byId("banner").textContent = lost ? "The host application does not answer. What you see is not current." : "";
  if (link === "locked") {
    byId("fleet").hidden = true;
    byId("token").focus();
  }
}

const handlers = {
  snapshot: data => fleet.begin(data),
  server: data => fleet.setServer(data),
  node: data => fleet.setNode(data),
  device: data => fleet.setDevice(data),
  metric: data => fleet.setMetric(data),
  command: data => view.commandEnded(data),
  ready: () => {
    fleet.complete();
    byId("fleet").hidden = false;
    showLink("live");
  },
};

byId("login").addEventListener("submit", event => {
  event.preventDefault();
  setToken(byId("token").value.trim());
  byId("token").value = "";
  byId("login-error").textContent = "";
  start();
});

function start() {
  follow({
    onOpen: () => showLink("connecting"),
    onEvent: (name, data) => {
      handlers[name]?.(data);
      view.schedule();
    },
    onLost: () => showLink("lost"),
    onLocked: wasGiven => {
      byId("login-error").textContent = wasGiven ? "That token is not the right one." : "";
      showLink("locked");
    },
  });
}

start();
