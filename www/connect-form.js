// The form that asks for a server and a user. What a page wants to know besides, it adds.

import { h } from "./dom.js";

/** A text field with its label, and what is known of it. */
export function field(id, label, attributes = {}, hint) {
  const described = hint && { "aria-describedby": `${id}-hint` };
  return [
    h("label", { for: id }, label),
    h("input", { id, name: id, autocapitalize: "off", spellcheck: "false", ...described, ...attributes }),
    hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
  ];
}

const URI = { type: "url", required: true, placeholder: "bolt://localhost:7687", autocomplete: "url" };
const LEAD = "This page speaks Bolt to your server itself, over a WebSocket. There is nothing in between.";
const ENCRYPTION = [["default", "Default"], ["on", "On"], ["off", "Off"]];
const PROMISE = "Nothing you type here is stored, and the password is cleared once you are connected.";

/** `extra`: more fields, for the end of the form. */
export function connectForm(extra = []) {
  const choice = ([value, text]) =>
    h("label", {}, h("input", { type: "radio", name: "encryption", value, checked: value === "default" }), ` ${text}`);
  const user = { autocomplete: "username", "aria-describedby": "user-hint" };
  const home = { autocomplete: "off", placeholder: "the user’s home database" };
  return h(
    "form",
    { class: "card connect", id: "connect", autocomplete: "on", novalidate: true },
    h("h2", {}, "Connect to Neo4j"),
    h("p", { class: "lead" }, LEAD),
    field("uri", "URI", URI, ["The server’s Bolt address, such as ", h("code", {}, "bolt://localhost:7687")]),
    h(
      "div",
      { class: "pair" },
      h("div", {}, field("user", "User", user)),
      h("div", {}, field("password", "Password", { type: "password", autocomplete: "current-password" })),
    ),
    h("p", { class: "hint", id: "user-hint" }, "Leave both empty for a server without authentication."),
    h("fieldset", {}, h("legend", {}, "Encryption"), ENCRYPTION.map(choice)),
    h("p", { class: "hint" }, "By default on, except for this very machine. A scheme such as ", h("code", {}, "bolt+s"), " says it too."),
    field("database", ["Database ", h("span", { class: "optional" }, "optional")], home),
    extra,
    h(
      "div",
      { class: "actions" },
      h("button", { type: "submit", class: "primary", id: "connect-button" }, "Connect"),
      h("button", { type: "button", class: "quiet", id: "connect-cancel", hidden: true }, "Cancel"),
    ),
    h("div", { id: "connect-error", role: "alert" }),
    h("p", { class: "hint" }, PROMISE),
  );
}

/** For the header: to what the page is connected, and the way out. */
export function connectionFacts() {
  return h(
    "div",
    { class: "connection", id: "connection", hidden: true },
    h("p", { class: "facts" }, h("span", { class: "lamp", "aria-hidden": "true" }), h("span", { id: "server" })),
    h("button", { type: "button", class: "quiet", id: "disconnect" }, "Disconnect"),
  );
}
