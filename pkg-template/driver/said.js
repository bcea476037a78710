// What a server has said, looked at: it may be of any kind, and what is of another one counts as not said.

import { isPlain } from "./errors.js";

export const text = (value) => (typeof value === "string" ? value : undefined);

export const truth = (value) => (typeof value === "boolean" ? value : undefined);

export const number = (value) => (typeof value === "number" || typeof value === "bigint" ? Number(value) : undefined);

/** A bigint only where a number could not hold it. */
export const whole = (value) => (typeof value === "bigint" || Number.isSafeInteger(value) ? value : undefined);

export const list = (value) => (Array.isArray(value) ? value : undefined);

export const map = (value) => (isPlain(value) ? value : undefined);
