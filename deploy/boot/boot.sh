#!/bin/bash
# Runs at every boot of the instance, as root: finds the data volume, fetches the app, starts it, says when it is ready.

# Settings. The template fills them in.
STACK=''
REGION=''
BUNDLE=''
PORT=''
BUCKETS=''
VOLUME=''
SIGNAL=''

# Where things are.
DISKS='/dev/disk/by-id'
DATA='/srv/data'
APPS='/opt/desenho'
UNITS='/etc/systemd/system'
FSTAB='/etc/fstab'
LOG='/var/log/desenho-boot.log'
WORK='/run'

set -Eeuo pipefail
exec > >(tee -a "$LOG") 2>&1

# The signal is a PUT to a presigned URL of S3, which the gateway endpoint lets through. CloudFormation counts one
# answer for each UniqueId.
signal() {
  [ -n "$SIGNAL" ] || return 0
  printf '{"Status":"%s","Reason":"%s","UniqueId":"%s","Data":"%s"}' \
    "$1" "$2" "$(cat /proc/sys/kernel/random/uuid)" "$BUNDLE" |
    curl -sS --retry 5 --max-time 20 -X PUT -H 'Content-Type:' --data-binary @- "$SIGNAL" || true
}

fail() {
  trap - ERR
  echo "FAILED: $1"
  signal FAILURE "$1"
  exit 1
}
trap 'fail "the boot script stopped at line $LINENO, see $LOG"' ERR

# Tells whether a device holds zeros in its first MiB, in its last one, and in 30 between: to read all takes minutes.
blank() {
  local size part found
  size="$(blockdev --getsize64 "$1")" || fail "volume $VOLUME could not be read and was left alone"
  for part in $(seq 0 31); do
    found="$(dd if="$1" bs=1M count=1 skip=$(((size - 1048576) * part / 31)) iflag=skip_bytes,fullblock status=none |
      tr -d '\0' | wc -c)" || fail "volume $VOLUME could not be read and was left alone"
    [ "$found" -eq 0 ] || return 1
  done
}

# 1. The data volume: by its own id, since names such as /dev/nvme1n1 change between boots.
attach() {
  local device found=0 kind uuid
  device="$DISKS/nvme-Amazon_Elastic_Block_Store_$(tr -d - <<<"$VOLUME")"
  for _ in $(seq 1 150); do
    [ -e "$device" ] && break
    sleep 2
  done
  [ -e "$device" ] || fail "volume $VOLUME did not appear within 300 s"

  # Only a blank device is formatted: blkid says that it finds nothing, which is 2, and all that is read are zeros.
  blkid -p "$device" >/dev/null || found=$?
  if [ "$found" -eq 2 ]; then
    blank "$device" || fail "volume $VOLUME holds data of an unknown kind and was left alone"
    mkfs.xfs -L data "$device"
  fi
  kind="$(blkid -s TYPE -o value "$device" || true)"
  uuid="$(blkid -s UUID -o value "$device" || true)"
  { [ -n "$kind" ] && [ -n "$uuid" ]; } || fail "volume $VOLUME has no filesystem of its own and was left alone"

  sed -i "\#[[:space:]]${DATA}[[:space:]]#d" "$FSTAB"
  echo "UUID=$uuid $DATA $kind defaults,noatime,nofail,x-systemd.device-timeout=60 0 2" >>"$FSTAB"
  systemctl daemon-reload
  mountpoint -q "$DATA" || mount "$DATA" ||
    fail "volume $VOLUME holds $kind, which could not be mounted, and was left alone"
  # The volume may have been made larger since the last boot.
  [ "$kind" != xfs ] || xfs_growfs "$DATA" >/dev/null
}
mkdir -p "$DATA"
[ -z "$VOLUME" ] || attach

# 2. Python. Amazon Linux 2023 keeps 3.9 as its own; its repositories are buckets of S3.
command -v python3.13 >/dev/null || dnf install -y -q python3.13

# 3. The app. Its key tells its content, so a folder that is complete is right.
folder="$APPS/$(basename "$BUNDLE" .tar.gz)"
if [ ! -e "$folder/.complete" ]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  aws s3 cp --region "$REGION" --only-show-errors "$BUNDLE" "$WORK/bundle.tar.gz"
  tar -xzf "$WORK/bundle.tar.gz" -C "$folder" --no-same-owner
  rm -f "$WORK/bundle.tar.gz"
  touch "$folder/.complete"
fi
ln -sfn "$folder" "$APPS/current"
id app >/dev/null 2>&1 || useradd --system --home-dir "$DATA" --shell /sbin/nologin app
chown app:app "$DATA"

cat >"$UNITS/desenho-app.service" <<UNIT
[Unit]
Description=App of the stack $STACK
RequiresMountsFor=$DATA
After=network-online.target
Wants=network-online.target
[Service]
User=app
Environment=STACK=$STACK PORT=$PORT DATA_DIR=$DATA BUCKETS=$BUCKETS AWS_REGION=$REGION
ExecStart=$APPS/current/run
Restart=always
RestartSec=2
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
ReadWritePaths=$DATA
[Install]
WantedBy=multi-user.target
UNIT
systemctl daemon-reload
systemctl enable desenho-app.service
systemctl restart desenho-app.service

# 4. Ready is when the app answers, not when this script ends.
for _ in $(seq 1 60); do
  if curl -fsS --max-time 2 "http://127.0.0.1:$PORT/healthz" >/dev/null; then
    signal SUCCESS ready
    exit 0
  fi
  sleep 2
done
fail "the app did not answer on port $PORT within 120 s"
