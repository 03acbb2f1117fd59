"""Pictures of the body chart as SVG and PNG: a muscle's page of the atlas, and a complaint with its leading muscles."""

from needlepoint.anatomy.picture.complaint import complaint_picture
from needlepoint.anatomy.picture.page import atlas_page
from needlepoint.anatomy.picture.png import to_png

__all__ = ["atlas_page", "complaint_picture", "to_png"]
