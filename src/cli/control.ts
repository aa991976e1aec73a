import { connectControl } from '../broker/index.ts'
import type { ControlClient } from '../broker/index.ts'

/** Connects to whoever runs the cluster for as long as `use` takes; an open connection would keep this process alive. */
export async function withControl<T>(
  directory: string,
  use: (control: ControlClient) => Promise<T>,
): Promise<T> {
  const control = await connectControl(directory)
  try {
    return await use(control)
  } finally {
    control.close()
  }
}
