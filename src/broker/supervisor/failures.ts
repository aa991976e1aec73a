import { ClusterError } from './types.ts'

/** The code of a failure the operating system reported (`ENOENT`, `EADDRINUSE`, …); empty where it is none. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** A folder or file of a cluster which can't be read or written: what to do depends on what the system said. */
export function directoryError(path: string, error: unknown): ClusterError {
  const [cause, remedy] = reasons[systemCode(error)] ?? [
    error instanceof Error ? error.message : String(error),
    'Check the folder, or choose another one.',
  ]
  return new ClusterError({ code: 'DIRECTORY', message: `${path} can't be used: ${cause}.`, remedy }, error)
}

const reasons: Record<string, readonly [cause: string, remedy: string]> = {
  EACCES: ['permission is denied', 'Give your user access to it, or choose another folder.'],
  EPERM: ['permission is denied', 'Give your user access to it, or choose another folder.'],
  SQLITE_CANTOPEN: [
    "the file in it can't be opened",
    'Give your user access to it, or choose another folder.',
  ],
  SQLITE_READONLY: ['it is read-only', 'Give your user access to it, or choose another folder.'],
  EROFS: ['its file system is read-only', 'Choose a folder on a writable disk.'],
  ENOSPC: ['the disk is full', 'Free some space on it, or choose a folder on another disk.'],
  ENOTDIR: ['a part of its path is a file, not a folder', 'Choose another folder.'],
  EEXIST: ['a file of that name is in the way', 'Remove that file, or choose another folder.'],
  EISDIR: [
    'there is a folder where a file belongs',
    'Remove that folder, or choose another one for the cluster.',
  ],
  ENAMETOOLONG: ['its path is too long', 'Choose a folder with a shorter path.'],
}
