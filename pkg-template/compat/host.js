// What the entry's runtime, or the application, lends.

/** `rxjs`: gives the library, or throws; `readText`: gives the text of a file, for certificates. */
export const host = {};

export function lend(lent) {
  Object.assign(host, lent);
}
