{
  description = "Builds a vendor's security and privacy pages from facts, and refuses to publish what contradicts them";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      manifest = builtins.fromTOML (builtins.readFile ./Cargo.toml);
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-darwin"
        "x86_64-linux"
      ];
      package =
        system:
        nixpkgs.legacyPackages.${system}.rustPlatform.buildRustPackage {
          pname = "trustbook";
          version = manifest.workspace.package.version;
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          cargoBuildFlags = [
            "--package"
            "trustbook"
          ];
          # The tests need git and strace; `cargo xtask test` runs them.
          doCheck = false;
          meta.mainProgram = "trustbook";
        };
    in
    {
      packages = nixpkgs.lib.genAttrs systems (system: {
        default = package system;
      });
    };
}
