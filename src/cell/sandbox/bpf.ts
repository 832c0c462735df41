/**
 * A small assembler of classic BPF, the language of seccomp filters (`struct sock_filter`: 16 bits
 * of code, two 8-bit jumps, 32 bits of constant). It knows the five instructions that an allow-list
 * needs; jumps go forward to labels.
 */

/** One instruction; `label` is a place for jumps and takes no room. */
export type Instruction =
  | { readonly op: "load"; readonly offset: number }
  | { readonly op: "and"; readonly mask: number }
  | {
    readonly op: "jump-equal";
    readonly value: number;
    readonly yes?: string;
    readonly no?: string;
  }
  | {
    readonly op: "jump-at-least";
    readonly value: number;
    readonly yes?: string;
    readonly no?: string;
  }
  | { readonly op: "return"; readonly value: number }
  | { readonly op: "label"; readonly name: string };

/** Bytes of one assembled instruction. */
export const instructionBytes = 8;

/** The kernel's BPF_MAXINSNS. */
const maximumInstructions = 4096;

const code = {
  load: 0x20, // BPF_LD | BPF_W | BPF_ABS
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  "jump-equal": 0x15, // BPF_JMP | BPF_JEQ | BPF_K
  "jump-at-least": 0x35, // BPF_JMP | BPF_JGE | BPF_K
  return: 0x06, // BPF_RET | BPF_K
} as const;

/**
 * Assembles a program.
 *
 * @param program instructions; a jump without a label falls through to the next one
 * @returns the bytes that `bwrap --seccomp` reads (little-endian)
 * @throws RangeError if a label is missing, behind, or further than 255 instructions away
 */
export function assemble(program: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const places = new Map<string, number>();
  const body: Exclude<Instruction, { op: "label" }>[] = [];
  for (const instruction of program) {
    if (instruction.op === "label") places.set(instruction.name, body.length);
    else body.push(instruction);
  }
  if (body.length > maximumInstructions) {
    throw new RangeError(
      `a filter has at most ${maximumInstructions} instructions: ${body.length}`,
    );
  }
  const distance = (from: number, label: string | undefined): number => {
    if (label === undefined) return 0;
    const jump = (places.get(label) ?? -1) - from - 1;
    if (jump < 0 || jump > 255) throw new RangeError(`cannot jump from ${from} to '${label}'`);
    return jump;
  };
  const view = new DataView(new ArrayBuffer(body.length * instructionBytes));
  body.forEach((instruction, index) => {
    const at = index * instructionBytes;
    view.setUint16(at, code[instruction.op], true);
    switch (instruction.op) {
      case "load":
        view.setUint32(at + 4, instruction.offset, true);
        break;
      case "and":
        view.setUint32(at + 4, instruction.mask, true);
        break;
      case "jump-equal":
      case "jump-at-least":
        view.setUint8(at + 2, distance(index, instruction.yes));
        view.setUint8(at + 3, distance(index, instruction.no));
        view.setUint32(at + 4, instruction.value, true);
        break;
      case "return":
        view.setUint32(at + 4, instruction.value, true);
        break;
      default:
        instruction satisfies never;
    }
  });
  return new Uint8Array(view.buffer);
}
