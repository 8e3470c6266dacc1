# What switches the power of the card.
fixed
gpio_regulator
