// Small steps on the document: make an element, change only what differs.

export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function setAttribute(element, name, value) {
  const text = value == null || value === false ? null : value === true ? "" : String(value);
  if (text === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/** Keeps one child view for each item, in order: makes what is new, removes what is gone, never touches what stays. */
export function reconcile(parent, views, items, idOf, make) {
  const wanted = new Set(items.map(idOf));
  for (const [id, view] of views) {
    if (wanted.has(id)) continue;
    view.element.remove();
    views.delete(id);
  }
  let next = parent.firstElementChild;
  for (const item of items) {
    const id = idOf(item);
    if (!views.has(id)) views.set(id, make(item));
    const { element } = views.get(id);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  }
}
