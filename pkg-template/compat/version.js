// `ProtocolVersion`: which Bolt client and server have agreed on.

export class ProtocolVersion {
  constructor(major, minor) {
    this.major = major;
    this.minor = minor;
  }

  /** Of text such as "5.8". */
  static of(text) {
    return new ProtocolVersion(...text.split(".").map(Number));
  }

  getMajor() {
    return this.major;
  }

  getMinor() {
    return this.minor;
  }

  isLessThan(other) {
    return this.major < other.major || (this.major === other.major && this.minor < other.minor);
  }

  isGreaterThan(other) {
    return other.isLessThan(this);
  }

  isGreaterOrEqualTo(other) {
    return !this.isLessThan(other);
  }

  isLessOrEqualTo(other) {
    return !this.isGreaterThan(other);
  }

  isEqualTo(other) {
    return this.major === other.major && this.minor === other.minor;
  }

  toString() {
    return `${this.major}.${this.minor}`;
  }
}
