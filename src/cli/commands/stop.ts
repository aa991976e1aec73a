import { parseArguments } from '../arguments.ts'
import { clusterFolder, folderHelp, folderOptions } from '../cluster-folder.ts'
import { ExitCode } from '../command.ts'
import type { Command } from '../command.ts'
import { withControl } from '../control.ts'

export const stop: Command = {
  help: `Usage: ottla stop [--name NAME | --data DIR] [--json]

Stops a running cluster cleanly, and returns when it has stopped. Its data stays.

Options:
${folderHelp}
  --json         print {"event":"stopped"} instead of a sentence

Exit codes: 0 it has stopped, 1 it failed, 2 the command line is wrong, 3 it was not running.
`,

  async run(args, terminal) {
    const { values } = parseArguments(args, { ...folderOptions, json: { type: 'boolean' } })
    const name = await withControl(clusterFolder(values), async (control) => {
      const before = await control.status()
      await control.stop()
      return before.name
    })
    terminal.out(values.json ? '{"event":"stopped"}\n' : `The cluster ${name} has stopped.\n`)
    return ExitCode.ok
  },
}
