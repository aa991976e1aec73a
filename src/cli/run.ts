import { ExitCode, UsageError } from './command.ts'
import type { Terminal } from './command.ts'
import { commands } from './commands.ts'
import { failureOf } from './failure.ts'

/** Runs `ottla` with these arguments and resolves to its exit code; every failure ends as one sentence. */
export async function run(args: string[], terminal: Terminal): Promise<number> {
  const name = args[0] ?? ''
  try {
    return await dispatch(name, args.slice(1), terminal)
  } catch (error) {
    if (error instanceof UsageError) {
      const about = commands.some((each) => each.name === name) ? `help ${name}` : 'help'
      terminal.err(`ottla: ${error.message} See "ottla ${about}".\n`)
      return ExitCode.usage
    }
    const failure = failureOf(error)
    if (failure === null) throw error
    terminal.err(`ottla: ${failure.message} ${failure.remedy}\n`)
    return failure.code === 'NOT_RUNNING' ? ExitCode.notRunning : ExitCode.failure
  }
}

async function dispatch(name: string, args: string[], terminal: Terminal): Promise<number> {
  if (name === '--version' || name === '-v') {
    const { version } = await import('./version.ts')
    terminal.out(`ottla ${version()}\n`)
    return ExitCode.ok
  }
  const entry = commands.find((each) => each.name === (isHelp(name) ? 'help' : name))
  if (!entry) throw new UsageError(name === '' ? 'Which command?' : `There is no command "${name}".`)
  const command = await entry.load()
  // What follows a bare "--" is no option, but no command takes such arguments.
  if (!args.some(isHelp)) return command.run(args, terminal)
  terminal.out(command.help)
  return ExitCode.ok
}

function isHelp(argument: string): boolean {
  return argument === '--help' || argument === '-h'
}
