ahci
hv_storvsc
mmc_block
nvme
sd_mod
uas
usb_storage
virtio_blk
virtio_pci
virtio_scsi
vmw_pvscsi
xen_blkfront
xhci_pci
# A watchdog, which Limpet is set to if it is there when the box is configured.
i6300esb
