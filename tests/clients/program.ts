import { spawn } from 'node:child_process'

export interface ProgramResult {
  code: number
  out: string
  err: string
}

export interface BinaryResult {
  code: number
  out: Buffer
  err: string
}

/** Runs a program to its end, with `input` on its standard input. */
export async function runProgram(
  command: string,
  args: string[],
  input: string | Buffer = '',
): Promise<ProgramResult> {
  const { code, out, err } = await runBinary(command, args, input)
  return { code, out: out.toString(), err }
}

/** The same, for output that is not text. */
export async function runBinary(
  command: string,
  args: string[],
  input: string | Buffer = '',
): Promise<BinaryResult> {
  const child = spawn(command, args, { stdio: 'pipe' })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  // A program may end before it has read everything; its exit code tells more than the broken pipe.
  child.stdin.on('error', () => child.stdin.destroy())
  child.stdin.end(input)
  const code = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve(exitCode ?? -1))
  })
  return { code, out: Buffer.concat(out), err: Buffer.concat(err).toString() }
}
