"""Everything users type: all of `fastai.vision.all`, and this library on top of it."""
from fastai.vision.all import *

from fastai_manager.cache import cache_info, clear_cache
from fastai_manager.data import ImageDataBunch, normalize
from fastai_manager.loader import UprightImage, check_images, open_image
from fastai_manager.metrics import mean_absolute_error, mean_squared_error, r2_score, root_mean_squared_error
from fastai_manager.models import ImageRegression, create_classifier
from fastai_manager.parameters import complete_parameters, parameter_table
from fastai_manager.plots import readable_text
from fastai_manager.report import DataReport
from fastai_manager.samples import digits, photographs, rotated_digits
from fastai_manager.tasks import TASKS, Task
from fastai_manager.transforms import get_transforms
from fastai_manager.vision import FastVision
from fastai_manager import interpretation, training
