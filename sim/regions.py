"""The city and its ten districts, in the order every district column uses."""

DISTRICTS = (
    "海曙区", "江北区", "镇海区", "北仑区", "鄞州区", "奉化区", "余姚市", "慈溪市", "宁海县", "象山县",
)  # fmt: skip
CITY = "全市"
REGIONS = (CITY, *DISTRICTS)
