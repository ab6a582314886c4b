# `cargo xtask dist packages` fills in the version and the checksums of a release.
class Trustbook < Formula
  desc "Static sites about security and privacy, from chapters and a register of facts"
  homepage "https://github.com/trustbook/trustbook"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

  on_macos do
    on_arm do
      url "https://github.com/trustbook/trustbook/releases/download/v@VERSION@/trustbook-@VERSION@-aarch64-apple-darwin.tar.gz"
      sha256 "@aarch64-apple-darwin@"
    end
    on_intel do
      url "https://github.com/trustbook/trustbook/releases/download/v@VERSION@/trustbook-@VERSION@-x86_64-apple-darwin.tar.gz"
      sha256 "@x86_64-apple-darwin@"
    end
  end

  on_linux do
    on_arm do
      url "https://github.com/trustbook/trustbook/releases/download/v@VERSION@/trustbook-@VERSION@-aarch64-unknown-linux-musl.tar.gz"
      sha256 "@aarch64-unknown-linux-musl@"
    end
    on_intel do
      url "https://github.com/trustbook/trustbook/releases/download/v@VERSION@/trustbook-@VERSION@-x86_64-unknown-linux-musl.tar.gz"
      sha256 "@x86_64-unknown-linux-musl@"
    end
  end

  def install
    bin.install "trustbook"
    man1.install Dir["man/*.1"]
    bash_completion.install "completions/trustbook.bash" => "trustbook"
    fish_completion.install "completions/trustbook.fish"
    zsh_completion.install "completions/_trustbook"
  end

  test do
    system bin/"trustbook", "init", "book", "--ci", "none"
    system bin/"trustbook", "build", "book"
  end
end
