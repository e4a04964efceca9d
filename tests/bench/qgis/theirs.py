# mypy: ignore-errors
"""QGIS's turn, run by the system's Python: ``theirs.py VIEWS FILE...`` prints ms of the settled picture of each view.

``theirs.py --project OUT FILE...`` writes a project of the files for the desktop program instead.
"""

import json
import statistics
import sys
import time

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererParallelJob,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

METRES_PER_DEGREE = 111_319.490793
WIDTH, HEIGHT, RUNS = 1920, 1080, 5


def main() -> None:
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    project = sys.argv[2] if sys.argv[1] == "--project" else ""
    files = sys.argv[3:] if project else sys.argv[2:]
    layers = [QgsVectorLayer(path, path.rsplit("/", 1)[-1], "ogr") for path in files]
    assert all(layer.isValid() for layer in layers)
    crs = QgsCoordinateReferenceSystem("EPSG:4326")
    if project:
        kept = QgsProject.instance()
        kept.setCrs(crs)
        kept.addMapLayers(layers)
        world = QgsRectangle(-180, -90, 180, 90)
        kept.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(world, crs))
        assert kept.write(project)
        print("{}")
        app.exitQgis()
        return
    answer = {}
    for name, (lon, lat, metres) in json.loads(sys.argv[1]).items():
        settings = QgsMapSettings()
        settings.setOutputSize(QSize(WIDTH, HEIGHT))
        settings.setOutputDpi(96)
        settings.setBackgroundColor(QColor("white"))
        settings.setFlag(QgsMapSettings.Antialiasing, True)
        settings.setFlag(QgsMapSettings.UseRenderingOptimization, True)
        settings.setDestinationCrs(crs)
        half = (WIDTH / 2 * metres / METRES_PER_DEGREE, HEIGHT / 2 * metres / METRES_PER_DEGREE)
        settings.setExtent(QgsRectangle(lon - half[0], lat - half[1], lon + half[0], lat + half[1]))
        settings.setLayers(layers)
        best = []
        for kind in (QgsMapRendererParallelJob, QgsMapRendererSequentialJob):
            taken = []
            for _ in range(RUNS + 1):
                job = kind(settings)
                began = time.perf_counter()
                job.start()
                job.waitForFinished()
                job.renderedImage()
                taken.append(1e3 * (time.perf_counter() - began))
            best.append(statistics.median(taken[1:]))
        answer[name] = min(best)
    print(json.dumps(answer))
    app.exitQgis()


main()
