# Kernel modules that are loaded before the disk is looked for. What they need comes by itself.
ext4
squashfs
vfat
nls_ascii
nls_cp437
