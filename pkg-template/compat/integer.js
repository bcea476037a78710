// `Integer`: 64 bits as two halves of 32, which is how programs read, compare and store them.

import { newError } from "./errors.js";

const TWO_32 = 2 ** 32;
const TWO_63 = 2 ** 63;

export class Integer {
  constructor(low, high) {
    this.low = low ?? 0;
    this.high = high ?? 0;
  }

  inSafeRange() {
    return Number.isSafeInteger(this.toNumber()) && !(this.high === -0x200000 && this.low === 0);
  }

  toInt() {
    return this.low;
  }

  toNumber() {
    return this.high * TWO_32 + (this.low >>> 0);
  }

  toBigInt() {
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0);
  }

  toNumberOrInfinity() {
    return this.inSafeRange() ? this.toNumber() : this.high < 0 ? -Infinity : Infinity;
  }

  toString(radix = 10) {
    if (radix < 2 || radix > 36) throw new RangeError(`radix out of range: ${radix}`);
    return (this.inSafeRange() ? this.toNumber() : this.toBigInt()).toString(radix);
  }

  valueOf() {
    return this.toBigInt();
  }

  getHighBits() {
    return this.high;
  }

  getLowBits() {
    return this.low;
  }

  getNumBitsAbs() {
    const value = this.toBigInt();
    return (value < 0n ? -value : value || 1n).toString(2).length;
  }

  isZero() {
    return this.high === 0 && this.low === 0;
  }

  isNegative() {
    return this.high < 0;
  }

  isPositive() {
    return this.high >= 0;
  }

  isOdd() {
    return (this.low & 1) === 1;
  }

  isEven() {
    return (this.low & 1) === 0;
  }

  equals(other) {
    const { low, high } = Integer.fromValue(other);
    return this.high === high && this.low === low;
  }

  notEquals(other) {
    return !this.equals(other);
  }

  lessThan(other) {
    return this.compare(other) < 0;
  }

  lessThanOrEqual(other) {
    return this.compare(other) <= 0;
  }

  greaterThan(other) {
    return this.compare(other) > 0;
  }

  greaterThanOrEqual(other) {
    return this.compare(other) >= 0;
  }

  compare(other) {
    const { low, high } = Integer.fromValue(other);
    return Math.sign(this.high - high || (this.low >>> 0) - (low >>> 0));
  }

  negate() {
    return fromBig(-this.toBigInt());
  }

  add(other) {
    return fromBig(this.toBigInt() + big(other));
  }

  subtract(other) {
    return fromBig(this.toBigInt() - big(other));
  }

  multiply(other) {
    return fromBig(this.toBigInt() * big(other));
  }

  div(other) {
    return fromBig(this.toBigInt() / divisor(other));
  }

  modulo(other) {
    return fromBig(this.toBigInt() % divisor(other));
  }

  not() {
    return new Integer(~this.low, ~this.high);
  }

  and(other) {
    const { low, high } = Integer.fromValue(other);
    return new Integer(this.low & low, this.high & high);
  }

  or(other) {
    const { low, high } = Integer.fromValue(other);
    return new Integer(this.low | low, this.high | high);
  }

  xor(other) {
    const { low, high } = Integer.fromValue(other);
    return new Integer(this.low ^ low, this.high ^ high);
  }

  shiftLeft(bits) {
    return shifted(bits, (count) => this.toBigInt() << count);
  }

  shiftRight(bits) {
    return shifted(bits, (count) => this.toBigInt() >> count);
  }

  static isInteger(value) {
    return value?.__isInteger__ === true;
  }

  static fromInt(value) {
    return fromSmall(value | 0);
  }

  static fromBits(low, high) {
    return new Integer(low, high);
  }

  static fromNumber(value) {
    if (!Number.isFinite(value)) return Integer.ZERO;
    if (value <= -TWO_63) return Integer.MIN_VALUE;
    if (value >= TWO_63) return Integer.MAX_VALUE;
    if (value === (value | 0)) return new Integer(value | 0, value >> 31);
    return fromBig(BigInt(Math.trunc(value)));
  }

  static fromString(text, radix = 10, { strictStringValidation } = {}) {
    if (text.length === 0) throw newError("number format error: empty string");
    if (/^(NaN|[+-]?Infinity)$/.test(text)) return Integer.ZERO;
    if (radix < 2 || radix > 36) throw newError(`radix out of range: ${radix}`);
    const minus = text.indexOf("-");
    if (minus > 0) throw newError(`number format error: interior "-" character: ${text}`);
    if (minus === 0) return Integer.fromString(text.slice(1), radix, { strictStringValidation }).negate();
    let sum = 0n;
    // By groups: what ends a number early ends its group only.
    for (const group of text.match(/[^]{1,8}/g)) {
      const value = parseInt(group, radix);
      if (strictStringValidation && value.toString(radix).padStart(group.length, "0") !== group.toLowerCase()) {
        throw newError(`number format error: "${group}" is NaN in radix ${radix}: ${text}`);
      }
      sum = sum * BigInt(radix) ** BigInt(group.length) + BigInt(value || 0);
    }
    return fromBig(sum);
  }

  static fromValue(value, options) {
    if (value instanceof Integer) return value;
    switch (typeof value) {
      case "number": return Integer.fromNumber(options?.ceilFloat ? Math.ceil(value) : value);
      case "string": return Integer.fromString(value, undefined, options);
      case "bigint": return fromBig(value);
      default: return new Integer(value.low, value.high);
    }
  }

  static toNumber(value) {
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : Integer.fromValue(value).toNumber();
  }

  static toString(value, radix) {
    return Integer.fromValue(value).toString(radix);
  }

  static inSafeRange(value) {
    return Integer.fromValue(value).inSafeRange();
  }
}

const fromBig = (value) =>
  new Integer(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));

export const big = (value) => Integer.fromValue(value).toBigInt();

function divisor(value) {
  const by = big(value);
  if (by === 0n) throw newError("division by zero");
  return by;
}

/** Of the count only 6 bits matter; none of them set shifts everything out, as programs are used to. */
function shifted(bits, shift) {
  const count = Integer.toNumber(bits) & 63;
  return count === 0 ? Integer.ZERO : fromBig(shift(BigInt(count)));
}

const LOWEST = -128;
const cache = Array.from({ length: 256 }, (_, index) => new Integer(index + LOWEST, index + LOWEST < 0 ? -1 : 0));

/** Of 32 bits, from the tape: the most frequent ones are always the same objects. */
export const fromSmall = (value) =>
  value >= LOWEST && value < -LOWEST ? cache[value - LOWEST] : new Integer(value, value >> 31);

Integer.ZERO = fromSmall(0);
Integer.ONE = fromSmall(1);
Integer.NEG_ONE = fromSmall(-1);
Integer.MAX_VALUE = new Integer(-1, 0x7fffffff);
Integer.MIN_VALUE = new Integer(0, -0x80000000);
Integer.MIN_SAFE_VALUE = new Integer(1, -0x200000);
Integer.MAX_SAFE_VALUE = new Integer(-1, 0x1fffff);
Integer.__isInteger__ = true;
Object.defineProperty(Integer.prototype, "__isInteger__", { value: true });

export const { fromValue: int, isInteger: isInt, inSafeRange, toNumber, toString } = Integer;
