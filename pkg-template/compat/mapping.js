// Records and nodes as instances of the application's classes, and such instances as parameters, by rules.

import { Neo4jError, newError } from "./errors.js";

/** By class, not by its name: minifiers give many classes the same one. */
let registry = new Map();
let translate = (name) => name;

const tokens = (name) => name.split(/(?=[A-Z])/).map((token) => token.toLowerCase());
const capital = (token) => token.charAt(0).toUpperCase() + token.slice(1);

export const StandardCase = {
  SnakeCase: "snake_case",
  KebabCase: "kebab-case",
  ScreamingSnakeCase: "SCREAMING_SNAKE_CASE",
  PascalCase: "PascalCase",
  CamelCase: "camelCase",
};

/** By convention: how a name is taken apart, and how it is put together. */
const CONVENTIONS = {
  snake_case: [(name) => name.split("_"), (parts) => parts.join("_")],
  "kebab-case": [(name) => name.split("-"), (parts) => parts.join("-")],
  SCREAMING_SNAKE_CASE: [(name) => name.toLowerCase().split("_"), (parts) => parts.join("_").toUpperCase()],
  PascalCase: [tokens, (parts) => parts.map(capital).join("")],
  camelCase: [tokens, ([first, ...rest]) => first + rest.map(capital).join("")],
};

function convention(name) {
  if (Object.hasOwn(CONVENTIONS, name)) return CONVENTIONS[name];
  throw newError(`There is no naming convention ${name}`);
}

export const register = (constructor, rules) => void registry.set(constructor, rules);

export const RecordObjectMapping = Object.freeze({
  register,
  clearMappingRegistry: () => void (registry = new Map()),
  translateIdentifiers: (translation) => void (translate = translation),
  getCaseTranslator(databaseConvention, codeConvention) {
    const [[, join], [split]] = [convention(databaseConvention), convention(codeConvention)];
    return (name) => join(split(name));
  },
});

/** The rules that are given, or those that the class was registered with. */
export const rulesOf = (constructorOrRules, rules) =>
  typeof constructorOrRules === "object" ? constructorOrRules : rules ?? registry.get(constructorOrRules);

/** What a field is called in the database. */
export const nameOf = (key, rule) => rule?.from ?? translate(key);

const isMissing = (value) => value === null || value === undefined;

/** What stands in `gettable`, as an object. */
export function as(gettable, constructorOrRules, given) {
  const Class = typeof constructorOrRules === "function" ? constructorOrRules : Object;
  const rules = rulesOf(constructorOrRules, given) ?? {};
  const object = new Class();
  for (const key of new Set([...Object.keys(rules), ...Object.getOwnPropertyNames(object)])) {
    const rule = rules[key];
    let value;
    try {
      value = gettable.get(nameOf(key, rule));
    } catch (error) {
      if (rule?.optional === true && error instanceof Neo4jError) continue;
      throw error;
    }
    object[key] = valueAs(value, `${object.constructor.name}#${key}`, rule);
  }
  return object;
}

export function valueAs(value, field, rule) {
  if (rule?.optional === true && isMissing(value)) return value;
  rule?.validate?.(value, field);
  return rule?.convert ? rule.convert(value, field) : value;
}

export function asParameter(value, rule) {
  return isMissing(value) || !rule?.parameterConversion ? value : rule.parameterConversion(value);
}

/** The parameters, by the rules that hold for them if there are any. */
export function mappedParameters(parameters, given) {
  const rules = rulesOf(Object.getPrototypeOf(parameters)?.constructor, given);
  if (!rules) return parameters;
  const mapped = {};
  for (const key of Object.keys(rules)) {
    const rule = rules[key];
    const value = asParameter(parameters[key], rule);
    if (!isMissing(value)) rule.validate?.(value, key);
    else if (rule.optional !== true) throw newError(`The parameter ${key} is missing, and its rule is not optional`);
    mapped[nameOf(key, rule)] = value;
  }
  return mapped;
}
