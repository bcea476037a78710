// Rules for mapping records and parameters to classes.

import type { VectorType } from "./values.js";

export type GenericConstructor<T extends {}> = new (...args: any[]) => T;

/** What holds for one field. */
export interface Rule {
  /** It may be missing or null. */
  optional?: boolean;
  /** What it is called in the database. */
  from?: string;
  convert?: (recordValue: any, field: string) => any;
  parameterConversion?: (objectValue: any) => any;
  /** Throws what is wrong. */
  validate?: (value: any, field: string) => void;
}

export type Rules = { [field: string]: Rule };

export enum StandardCase {
  SnakeCase = "snake_case",
  KebabCase = "kebab-case",
  ScreamingSnakeCase = "SCREAMING_SNAKE_CASE",
  PascalCase = "PascalCase",
  CamelCase = "camelCase",
}

/** Rules by class, and how names are translated. */
export const RecordObjectMapping: Readonly<{
  clearMappingRegistry: () => void;
  getCaseTranslator: (
    databaseConvention: StandardCase | `${StandardCase}`, codeConvention: StandardCase | `${StandardCase}`,
  ) => (name: string) => string;
  register: <T extends {} = Object>(constructor: GenericConstructor<T>, rules: Rules) => void;
  translateIdentifiers: (translationFunction: (name: string) => string) => void;
}>;

type Text = Rule & { stringify?: boolean };
type TextOrDate = Text & { jsNativeDate?: boolean };

/** Rules by kind of value. */
export const rule: Readonly<{
  asBoolean(rule?: Rule): Rule;
  asString(rule?: Rule): Rule;
  asNumber(rule?: Rule & { isInteger?: boolean }): Rule;
  asBigInt(rule?: Rule & { acceptNumber?: boolean }): Rule;
  asInteger(rule?: Rule & { acceptNumber?: boolean }): Rule;
  asNode(rule?: Rule): Rule;
  asRelationship(rule?: Rule): Rule;
  asPath(rule?: Rule): Rule;
  asPoint(rule?: Rule): Rule;
  asDuration(rule?: Text): Rule;
  asLocalTime(rule?: Text): Rule;
  asTime(rule?: Text): Rule;
  asDate(rule?: TextOrDate): Rule;
  asLocalDateTime(rule?: TextOrDate): Rule;
  asDateTime(rule?: TextOrDate): Rule;
  asList(rule?: Rule & { apply?: Rule }): Rule;
  asVector(rule?: Rule & { asTypedList?: boolean; dimension?: number; type?: VectorType }): Rule;
  asUUID(rule?: Text): Rule;
  asObject(constructorOrRules: GenericConstructor<Object> | Rules, rules?: Rules): Rule;
}>;

type Decorator = (_: any, context: any) => void;

/** The same as decorators. */
export const mappingDecorators: {
  booleanProperty: (config?: Rule) => Decorator;
  stringProperty: (config?: Rule) => Decorator;
  numberProperty: (config?: Rule & { isInteger?: boolean }) => Decorator;
  bigIntProperty: (config?: Rule & { acceptNumber?: boolean }) => Decorator;
  integerProperty: (config?: Rule & { acceptNumber?: boolean }) => Decorator;
  nodeProperty: (config?: Rule) => Decorator;
  relationshipProperty: (config?: Rule) => Decorator;
  pathProperty: (config?: Rule) => Decorator;
  pointProperty: (config?: Rule) => Decorator;
  durationProperty: (config?: Text) => Decorator;
  localTimeProperty: (config?: Text) => Decorator;
  timeProperty: (config?: Text) => Decorator;
  dateProperty: (config?: TextOrDate) => Decorator;
  localDateTimeProperty: (config?: TextOrDate) => Decorator;
  dateTimeProperty: (config?: TextOrDate) => Decorator;
  listProperty: (config?: Rule & { apply?: Rule }) => Decorator;
  vectorProperty: (config?: Rule & { asTypedList?: boolean; dimension?: number; type?: VectorType }) => Decorator;
  uuidProperty: (config?: Text) => Decorator;
  objectProperty: (constructorOrRules: GenericConstructor<Object> | Rules, rules?: Rules) => Decorator;
  optionalProperty: () => Decorator;
  mapPropertyFromName: (name: string) => Decorator;
  convertPropertyToType: (type: any) => Decorator;
  mappedClass: () => Decorator;
};
