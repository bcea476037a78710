// Values in and out; interfaces as parameters and rows.

import {
  Duration, float, LocalDate, LocalDateTime, LocalTime, Node, Path, Point, type Record, Relationship, type Result, Uuid,
  Vector, ZonedDateTime, ZonedTime, type Session,
} from "neo4j-wasm";

interface Person {
  name: string;
  born: LocalDate;
}

export async function values(session: Session, person: Person): Promise<void> {
  const parameters = {
    person,
    float: float(1),
    large: 2n ** 60n,
    bytes: new Uint8Array(3),
    dates: [new LocalDate(2024, 1, 1), new LocalTime(1), new ZonedTime(1, 2, 3, 4, 0), new LocalDateTime(2024, 1, 1)],
    zoned: new ZonedDateTime(2024, 1, 1, 0, 0, 0, 0, undefined, "Europe/Paris"),
    now: ZonedDateTime.from(new Date(), "UTC").toDate(),
    duration: new Duration(1, 2n, 3),
    point: new Point(7203, 1, 2),
    vector: new Vector(Float32Array.of(1)),
    uuid: Uuid.from("550e8400-e29b-41d4-a716-446655440000"),
    set: new Set([1]),
  };
  const result: Result<{ p: Node<Person>; r: Relationship; path: Path }> = session.run("…", parameters);
  const record: Record<{ p: Node<Person>; r: Relationship; path: Path }> = await result.single();
  const node = record.get("p");
  const name: string = node.properties.name;
  const since: any = record.get("r").properties["since"];
  const ends: string[] = record.get("path").segments.map(({ end }) => end.elementId);
  const values: Float32Array = parameters.vector.values;
  const part: number | bigint = parameters.duration.days;
  console.log(name, since, ends, values, part, node.labels, String(parameters.zoned), parameters.point.z?.toFixed());
  await session.run("RETURN $p", { p: person });
  await session.run("RETURN 1", null);
}
