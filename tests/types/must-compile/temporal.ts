// Where TypeScript knows of `Temporal`, so does the package.

/// <reference lib="esnext.temporal" />

import { Duration, LocalDate, LocalDateTime, LocalTime, type Session, ZonedDateTime } from "neo4j-wasm";

const date: Temporal.PlainDate = new LocalDate(2024, 2, 29).toTemporal();
const time: Temporal.PlainTime = new LocalTime(12).toTemporal();
const dateTime: Temporal.PlainDateTime = new LocalDateTime(2024, 2, 29).toTemporal();
const zoned: Temporal.ZonedDateTime = ZonedDateTime.from(new Date(), "Europe/Paris").toTemporal();
const duration: Temporal.Duration = new Duration(1).toTemporal();

export const dates: Date[] = [new LocalDate(2024, 2, 29).toDate("UTC"), new LocalDateTime(2024, 2, 29).toDate()];
export const send = (session: Session) =>
  session.run("RETURN $x", { x: [date, time, dateTime, zoned, duration, Temporal.Now.instant(), new Date()] });
