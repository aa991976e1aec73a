import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { dialog } from 'electron'
import { FailureError } from '../../shared/channel/failure.ts'
import type { ChosenFile } from '../../shared/ipc/produce.ts'

/** Files the user chose in the system's own dialog. Windows name them by an id, so they can read no others. */
export class ChosenFiles {
  readonly #paths = new Map<string, string>()

  /** Null when the dialog was dismissed. */
  async choose(): Promise<ChosenFile | null> {
    const { canceled, filePaths } = await dialog.showOpenDialog({
      properties: ['openFile'],
      filters: [
        { name: 'NDJSON', extensions: ['ndjson', 'jsonl', 'json', 'txt'] },
        { name: '*', extensions: ['*'] },
      ],
    })
    const [path] = filePaths
    if (canceled || path === undefined) return null
    const { size } = await stat(path)
    const id = crypto.randomUUID()
    this.#paths.set(id, path)
    return { id, name: basename(path), sizeInBytes: size }
  }

  pathOf(id: string): string {
    const path = this.#paths.get(id)
    if (path !== undefined) return path
    throw new FailureError({
      code: 'UNKNOWN_FILE',
      message: 'The file is not known any more.',
      remedy: 'Choose it again.',
    })
  }
}
