// The HTTP API as the page uses it: the token, commands, and the stream of events with its reconnects.
const tokenKey = "sparkplug-token";
const silenceLimit = 40_000; // the host sends at least a heartbeat each 15 s

export const wait = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

export const setToken = token => sessionStorage.setItem(tokenKey, token);

function headers(more = {}) {
  const token = sessionStorage.getItem(tokenKey);
  return token ? { ...more, Authorization: `Bearer ${token}` } : more;
}

export function path({ groupId, edgeNodeId, deviceId }) {
  const node = `/api/nodes/${encodeURIComponent(groupId)}/${encodeURIComponent(edgeNodeId)}`;
  return deviceId == null ? node : `${node}/devices/${encodeURIComponent(deviceId)}`;
}

/** Sends JSON; returns the answer's JSON, or throws an Error with the problem's own words. */
export async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    headers: headers({ "Content-Type": "application/json" }),
    body: JSON.stringify(body),
  });
  const text = await response.text();
  const json = text ? JSON.parse(text) : {};
  if (!response.ok) throw new Error(json.detail ?? json.title ?? `The host application answered ${response.status}.`);
  return json;
}

/** Reads JSON; null when there is none. */
export async function get(url) {
  const response = await fetch(url, { headers: headers() });
  return response.ok ? response.json() : null;
}

/** Follows the stream for good: reconnects with growing pauses, stops when a token is asked for. */
export async function follow({ onOpen, onEvent, onLost, onLocked }) {
  for (let pause = 500; ; pause = Math.min(pause * 2, 8_000)) {
    const silence = new AbortController();
    let timer = setTimeout(() => silence.abort(), silenceLimit);
    try {
      const response = await fetch("/api/stream", { headers: headers({ Accept: "text/event-stream" }), signal: silence.signal, cache: "no-store" });
      if (response.status === 401) {
        onLocked(sessionStorage.getItem(tokenKey) !== null);
        sessionStorage.removeItem(tokenKey);
        return;
      }
      if (response.ok) {
        onOpen();
        await read(response.body, (name, data) => {
          pause = 500;
          onEvent(name, data);
        }, () => {
          clearTimeout(timer);
          timer = setTimeout(() => silence.abort(), silenceLimit);
        });
      }
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // a bug, not the network
    } finally {
      clearTimeout(timer);
    }
    onLost();
    await wait(pause);
  }
}

async function read(body, onEvent, onBytes) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onBytes();
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) dispatch(block, onEvent);
  }
}

function dispatch(block, onEvent) {
  let name = "message";
  let data = "";
  for (const line of block.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (data) onEvent(name, JSON.parse(data));
}
