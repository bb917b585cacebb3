declare module "islands" {
  import type { ControllerConstructor } from "@hotwired/stimulus";

  const islands: [name: string, controller: ControllerConstructor][];
  export default islands;
}
