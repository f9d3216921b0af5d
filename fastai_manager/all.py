"""Everything users type: all of `fastai.vision.all`, and this library on top of it."""
from fastai.vision.all import *

from fastai_manager.attribution import METHODS
from fastai_manager.cache import cache_info, clear_cache
from fastai_manager.data import ImageDataBunch, normalize
from fastai_manager.comparison import Comparison
from fastai_manager.embeddings import Embeddings
from fastai_manager.evaluation import Interpretation
from fastai_manager.explanation import Explanation, Explanations
from fastai_manager.loader import UprightImage, check_images, open_image
from fastai_manager.losses import FeatureLoss, SegmentationLoss
from fastai_manager.metrics import accuracy_thresh, fbeta, mean_absolute_error, mean_squared_error, psnr, r2_score, root_mean_squared_error, ssim
from fastai_manager.models import ImageRegression, create_classifier
from fastai_manager.parameters import complete_parameters, parameter_table
from fastai_manager.plots import readable_text
from fastai_manager.report import DataReport
from fastai_manager.samples import digit_masks, digits, photo_patches, photographs, rotated_digits, tagged_digits
from fastai_manager.tasks import TASKS, Task
from fastai_manager.transforms import get_transforms
from fastai_manager.unet import create_unet
from fastai_manager.vision import FastVision
from fastai_manager import experiment_report, features, paired, training, validation
