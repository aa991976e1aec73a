/**
 * The command line that runs `command` with a screen: a virtual one where Linux has none.
 * @param {string[]} command
 */
export function onDisplay(command) {
  const hasScreen = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
  return hasScreen ? command : ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command]
}
