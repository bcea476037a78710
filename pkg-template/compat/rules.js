// Rules for mapping, by kind of value.

import { newError } from "./errors.js";
import { isNode, isPath, isRelationship } from "./graph.js";
import { Integer, isInt } from "./integer.js";
import { asParameter, nameOf, register, rulesOf, valueAs } from "./mapping.js";
import {
  Date, DateTime, Duration, isDate, isDateTime, isDuration, isLocalDateTime, isLocalTime, isTime, LocalDateTime, LocalTime,
  Time,
} from "./temporal.js";
import { isPoint, isUUID, isVector, uuid, vector } from "./values.js";

const wrong = (field, what, value) => new TypeError(`${field} should be ${what} but received ${typeof value}`);

/** A rule for values that pass a test. */
const of = (what, test) => (rule) => ({
  validate(value, field) {
    if (!test(value)) throw wrong(field, what, value);
  },
  ...rule,
});

const whole = (what, given) => of(what, (value) =>
  typeof value === "bigint" || isInt(value) || (typeof value === "number" && given?.acceptNumber === true))();

/** An option that converts goes with no conversion of the application's own. */
function checkOption(rule, option) {
  if (rule?.[option] === undefined || rule[option] === null || !(rule.convert ?? rule.parameterConversion)) return;
  throw newError(`${option} cannot be used beside convert or parameterConversion`);
}

/** A rule for a class whose values can be text, or a Date of JavaScript where `fromDate` makes them of one. */
const stringifiable = (what, test, fromText, fromDate) => (rule) => {
  checkOption(rule, "stringify");
  if (fromDate) checkOption(rule, "jsNativeDate");
  const isNative = fromDate && rule?.jsNativeDate === true, isText = rule?.stringify === true;
  if (isNative && isText) throw newError("stringify and jsNativeDate: only one of them");
  return {
    ...of(what, test)(),
    convert: (value) => (isText ? value.toString() : isNative ? value.toStandardDate() : value),
    parameterConversion: isText ? fromText : isNative ? fromDate : undefined,
    ...rule,
  };
};

export const rule = Object.freeze({
  asBoolean: of("a boolean", (value) => typeof value === "boolean"),
  asString: of("a string", (value) => typeof value === "string"),
  asNumber: (given) => ({
    validate(value, field) {
      const isWhole = isInt(value) || typeof value === "bigint";
      if (isWhole && given?.isInteger !== true) {
        throw new TypeError(`${field} is an integer: set isInteger`);
      }
      if (!isWhole && typeof value !== "number") throw wrong(field, "a number", value);
      if (given?.isInteger === true && typeof value === "number" && !Number.isInteger(value)) {
        throw new TypeError(`${field} should be an integer value but received decimal number.`);
      }
    },
    convert: (value) => (isInt(value) || typeof value === "bigint" ? Integer.toNumber(value) : value),
    parameterConversion: (value) => (given?.isInteger === true ? Integer.fromValue(value) : value),
    ...given,
  }),
  asBigInt: (given) => ({
    ...whole("a bigint", given),
    convert: (value) => (typeof value === "number" ? BigInt(value) : isInt(value) ? value.toBigInt() : value),
    ...given,
  }),
  asInteger: (given) => ({
    ...whole("an Integer", given),
    convert: (value) => (typeof value === "bigint" ? Integer.fromValue(value) : value),
    ...given,
  }),
  asNode: of("a Node", isNode),
  asRelationship: of("a Relationship", isRelationship),
  asPath: of("a Path", isPath),
  asPoint: of("a Point", isPoint),
  asDuration: stringifiable("a Duration", isDuration, (text) => Duration.fromString(text)),
  asLocalTime: stringifiable("a LocalTime", isLocalTime, (text) => LocalTime.fromString(text)),
  asTime: stringifiable("a Time", isTime, (text) => Time.fromString(text)),
  asDate: stringifiable("a Date", isDate, (text) => Date.fromString(text), (date) => Date.fromStandardDate(date)),
  asLocalDateTime: stringifiable("a LocalDateTime", isLocalDateTime,
    (text) => LocalDateTime.fromString(text), (date) => LocalDateTime.fromStandardDate(date)),
  asDateTime: stringifiable("a DateTime", isDateTime,
    (text) => DateTime.fromString(text), (date) => DateTime.fromStandardDate(date)),
  asList: (given) => ({
    validate(list, field) {
      if (!Array.isArray(list)) throw wrong(field, "a list", list);
      list.forEach((value, index) => given?.apply?.validate?.(value, `${field}[${index}]`));
    },
    convert: (list, field) =>
      given?.apply ? list.map((value, index) => valueAs(value, `${field}[${index}]`, given.apply)) : list,
    parameterConversion: (list) => (given?.apply ? list.map((value) => asParameter(value, given.apply)) : list),
    ...given,
  }),
  asVector(given) {
    checkOption(given, "asTypedList");
    const isList = given?.asTypedList === true;
    return {
      validate(value, field) {
        if (!isVector(value)) throw wrong(field, "a vector", value);
        const { length } = value.asTypedArray(), type = value.getType();
        if ((given?.dimension ?? length) !== length) {
          throw new TypeError(`${field} should be a vector of length ${given.dimension} but received length ${length}`);
        }
        if ((given?.type ?? type) !== type) {
          throw new TypeError(`${field} should be a vector of type ${given.type} but received type ${type}`);
        }
      },
      convert: (value) => (isList ? value.asTypedArray() : value),
      parameterConversion: isList ? vector : undefined,
      ...given,
    };
  },
  asUUID: stringifiable("a UUID", isUUID, uuid),
  asObject(constructorOrRules, given) {
    const Class = typeof constructorOrRules === "function" ? constructorOrRules : Object;
    const rules = () => Object.entries(rulesOf(constructorOrRules, given) ?? {});
    return {
      validate(value, field) {
        for (const [key, each] of rules()) {
          const inner = value[nameOf(key, each)] ?? undefined;
          if (inner !== undefined) each.validate?.(inner, `${field}[${key}]`);
          else if (each.optional !== true) throw newError(`${field} has no ${nameOf(key, each)}, and its rule is not optional`);
        }
      },
      convert(value, field) {
        const object = new Class();
        for (const [key, each] of rules()) {
          const inner = value[nameOf(key, each)];
          object[key] = (inner ?? undefined) !== undefined && each.convert ? each.convert(inner, `${field}[${key}]`) : inner;
        }
        return object;
      },
      parameterConversion: (value) =>
        Object.fromEntries(rules().map(([key, each]) => [nameOf(key, each), asParameter(value[key], each)])),
    };
  },
});

/** A decorator for each kind, by the name of its rule. */
const properties = Object.entries(rule).map(([name, make]) => {
  const kind = name.slice(2);
  const property = `${kind === "UUID" ? "uuid" : kind.charAt(0).toLowerCase() + kind.slice(1)}Property`;
  return [property, (...given) => (_, { metadata, name: field }) => void (metadata[field] = { ...metadata[field], ...make(...given) })];
});

const adding = (entries) => (_, { metadata, name: field }) => void (metadata[field] = { ...metadata[field], ...entries });

/** Decorators, for compilers that have them. */
export const mappingDecorators = {
  ...Object.fromEntries(properties),
  optionalProperty: () => adding({ optional: true }),
  mapPropertyFromName: (from) => adding({ from }),
  convertPropertyToType: (Type) => adding({ convert: (value) => value.as(Type) }),
  mappedClass: () => (Class, { metadata }) => register(Class, metadata),
};
