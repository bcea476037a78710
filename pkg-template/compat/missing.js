// Names that neo4j-driver has and this has not: whoever uses one is told so, and what to use.

/** Stands in the place of a name; whatever is done with it says that it is not there. */
function missing(name, instead) {
  const refuse = () => {
    throw new Error(`neo4j-wasm/compat has no ${name}: ${instead}`);
  };
  // What looks at values without using them (consoles, promises, bundlers) may do so.
  const get = (target, key) => (typeof key === "symbol" || key === "then" || key === "prototype" || key === "name" ? target[key] : refuse());
  // A class, since minifiers make arrows of functions, which nobody can construct.
  return new Proxy(class {}, { get, set: refuse, apply: refuse, construct: refuse });
}

const ENCRYPTION = "values are not encrypted on the client here";

export const internal = missing("internal", "use what is public");
export const EncryptionService = missing("EncryptionService", ENCRYPTION);
export const EncryptionProfile = missing("EncryptionProfile", ENCRYPTION);
export const EnvelopeEncryptionProfile = missing("EnvelopeEncryptionProfile", ENCRYPTION);
export const LocalKeyEncapsulationService = missing("LocalKeyEncapsulationService", ENCRYPTION);
export const localKeyEncapsulationService = missing("localKeyEncapsulationService", ENCRYPTION);
export const KeyEncapsulationService = missing("KeyEncapsulationService", ENCRYPTION);
export const EncapsulatedKey = missing("EncapsulatedKey", ENCRYPTION);
export const EncapsulatedKeyRecord = missing("EncapsulatedKeyRecord", ENCRYPTION);
export const EncapsulatedKeyRecordRepository = missing("EncapsulatedKeyRecordRepository", ENCRYPTION);
export const SecretKey = missing("SecretKey", ENCRYPTION);
