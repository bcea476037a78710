// 64-bit integers.

/** What an Integer can be made of. */
export type Integerable = number | string | Integer | { low: number; high: number } | bigint;

/** What temporal values, ids and summaries have for integers, by the driver's configuration. */
export type NumberOrInteger = number | Integer | bigint;

/**
 * A 64-bit integer: what an `INTEGER` of the server becomes unless `disableLosslessIntegers` or `useBigInt` is set. It never
 * changes; arithmetic gives another one, and goes around beyond 64 bits.
 *
 * @example
 * const sum: Integer = int(2).add("3");
 * const five: number = sum.toNumber();
 */
export class Integer {
  constructor(low?: number, high?: number);
  /** The lower 32 bits, signed. */
  low: number;
  /** The upper 32 bits, signed. */
  high: number;
  /** Whether a number holds it exactly. */
  inSafeRange(): boolean;
  /** The lower 32 bits. */
  toInt(): number;
  /** The nearest number: exact where {@link inSafeRange} says so. */
  toNumber(): number;
  toBigInt(): bigint;
  /** A number that is exact, or an infinity. */
  toNumberOrInfinity(): number;
  /** @throws RangeError for a radix outside 2 to 36 */
  toString(radix?: number): string;
  valueOf(): bigint;
  getHighBits(): number;
  getLowBits(): number;
  /** How many bits its size takes. */
  getNumBitsAbs(): number;
  isZero(): boolean;
  isNegative(): boolean;
  /** Zero counts as positive. */
  isPositive(): boolean;
  isOdd(): boolean;
  isEven(): boolean;
  equals(other: Integerable): boolean;
  notEquals(other: Integerable): boolean;
  lessThan(other: Integerable): boolean;
  lessThanOrEqual(other: Integerable): boolean;
  greaterThan(other: Integerable): boolean;
  greaterThanOrEqual(other: Integerable): boolean;
  /** -1, 0 or 1. */
  compare(other: Integerable): number;
  negate(): Integer;
  add(addend: Integerable): Integer;
  subtract(subtrahend: Integerable): Integer;
  multiply(multiplier: Integerable): Integer;
  /** Towards zero. @throws Neo4jError for a divisor of 0 */
  div(divisor: Integerable): Integer;
  /** With the sign of this one. @throws Neo4jError for a divisor of 0 */
  modulo(divisor: Integerable): Integer;
  not(): Integer;
  and(other: Integerable): Integer;
  or(other: Integerable): Integer;
  xor(other: Integerable): Integer;
  /** By 1 to 63 bits; 0 gives 0, as programs are used to. */
  shiftLeft(numBits: number | Integer): Integer;
  /** By 1 to 63 bits, keeping the sign; 0 gives 0, as programs are used to. */
  shiftRight(numBits: number | Integer): Integer;
  static ZERO: Integer;
  static ONE: Integer;
  static NEG_ONE: Integer;
  static MAX_VALUE: Integer;
  static MIN_VALUE: Integer;
  static MIN_SAFE_VALUE: Integer;
  static MAX_SAFE_VALUE: Integer;
  static __isInteger__: boolean;
  /** Whether a value is an Integer, of this or another copy of the class. */
  static isInteger(obj: any): obj is Integer;
  static fromInt(value: number): Integer;
  static fromBits(lowBits: number, highBits: number): Integer;
  /** What is not finite becomes 0, what is too large the nearest there is. */
  static fromNumber(value: number): Integer;
  /** @throws Neo4jError for no number at all or, if `strictStringValidation` is set, for anything behind it */
  static fromString(str: string, radix?: number, options?: { strictStringValidation?: boolean }): Integer;
  static fromValue(val: Integerable, opts?: { strictStringValidation?: boolean; ceilFloat?: boolean }): Integer;
  static toNumber(val: Integerable): number;
  static toString(val: Integerable, radix?: number): string;
  static inSafeRange(val: Integerable): boolean;
}

/** Makes an Integer: how one sends an `INTEGER`, since numbers are sent as `FLOAT`. */
export const int: typeof Integer.fromValue;
/** Whether a value is an Integer. */
export const isInt: typeof Integer.isInteger;
export const inSafeRange: typeof Integer.inSafeRange;
export const toNumber: typeof Integer.toNumber;
export const toString: typeof Integer.toString;
