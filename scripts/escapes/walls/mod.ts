import { inheritanceWalls } from "./inheritance.ts";
import { realmWalls } from "./realm.ts";
import { turnWalls } from "./turn.ts";
import type { Wall } from "./wall.ts";

export type { Wall } from "./wall.ts";

/** The walls inside a cell that can be taken out one by one. */
export const walls: readonly Wall[] = [...realmWalls, ...inheritanceWalls, ...turnWalls];
