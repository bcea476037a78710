// Names that stand for text, as programs compare them.

const named = (...names) => Object.freeze(Object.fromEntries(names.map((name) => [name, name])));

const CATEGORIES = [
  "HINT", "UNRECOGNIZED", "UNSUPPORTED", "PERFORMANCE", "TOPOLOGY", "SECURITY", "DEPRECATION", "GENERIC", "SCHEMA",
];

export const notificationCategory = named(...CATEGORIES, "UNKNOWN");
export const notificationClassification = notificationCategory;
export const notificationSeverityLevel = named("WARNING", "INFORMATION", "UNKNOWN");
export const notificationFilterDisabledCategory = named(...CATEGORIES);
export const notificationFilterDisabledClassification = notificationFilterDisabledCategory;
export const notificationFilterMinimumSeverityLevel = named("OFF", "WARNING", "INFORMATION");
