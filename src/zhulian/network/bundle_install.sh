#!/bin/sh
# Installs Zhulian from this folder, without any network: install [PREFIX] (/opt/zhulian where left out).
# 在没有网络的机器上由本目录安装珠联：install [目录]，缺省为 /opt/zhulian。
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${1:-/opt/zhulian}
cd "$here"

say() { printf '%s\n%s\n' "$1" "$2"; }
stop() { say "$1" "$2" >&2; exit 1; }

sha256sum --check --quiet --strict MANIFEST.sha256 || stop \
  "安装包已损坏或被改动，未安装任何内容。请重新复制安装包。" \
  "The bundle is damaged or was changed; nothing was installed. Copy it again."
machine=$(cat MACHINE)
[ "$(uname -m)" = "$machine" ] || stop \
  "本安装包适用于 $machine，本机为 $(uname -m)。请使用对应的安装包。" \
  "This bundle is for $machine, and this machine is $(uname -m). Take the one for it."

python=""
for each in python3.13 python3.12 python3.11 python3; do
  if command -v "$each" >/dev/null 2>&1 && "$each" - "$(cat PYTHON)" <<'END'
import sys, venv, ensurepip
sys.exit("%d.%d" % sys.version_info[:2] != sys.argv[1])
END
  then python=$each; break; fi
done
[ -n "$python" ] || stop \
  "需要 Python $(cat PYTHON)（含 venv）。请先从系统安装盘安装。" \
  "It takes Python $(cat PYTHON) with venv. Install it from the system's own medium first."

version=$(cat VERSION)
place=$prefix/versions/$version
rm -rf "$place.new"
mkdir -p "$prefix/versions" "$prefix/bin" "$prefix/share"
"$python" -m venv "$place.new"
"$place.new/bin/python" -m pip --disable-pip-version-check install --quiet --no-index --find-links wheels --require-hashes --requirement requirements.txt
"$place.new/bin/python" -m pip --disable-pip-version-check install --quiet --no-index --no-deps own/*.whl
[ ! -d engine ] || { mkdir -p "$place.new/engine"; cp engine/cometbft "$place.new/engine/cometbft"; chmod 0755 "$place.new/engine/cometbft"; }
[ ! -d fonts ] || cp -R fonts "$place.new/fonts"
rm -rf "$place"
mv "$place.new" "$place"
rm -rf "$prefix/share/docs" "$prefix/share/deploy"
cp -R docs "$prefix/share/docs"
cp -R deploy "$prefix/share/deploy"
cat >"$prefix/bin/zhulian" <<END
#!/bin/sh
# The version that was installed last; older ones stay under versions/.
[ ! -x "$place/engine/cometbft" ] || export ZHULIAN_COMETBFT="\${ZHULIAN_COMETBFT:-$place/engine/cometbft}"
[ ! -d "$place/fonts" ] || export ZHULIAN_FONTS="\${ZHULIAN_FONTS:-$place/fonts}"
exec "$place/bin/python" -m zhulian.cli.main "\$@"
END
chmod 0755 "$prefix/bin/zhulian"
"$prefix/bin/zhulian" --version >/dev/null
say "已安装 $version：$prefix/bin/zhulian" "Installed $version: $prefix/bin/zhulian"
