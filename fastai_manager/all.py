"""Everything users type: all of `fastai.vision.all`, and this library on top of it."""
from fastai.vision.all import *

from fastai_manager.explain.attribution import METHODS
from fastai_manager.data.cache import cache_info, clear_cache
from fastai_manager.data.bunch import ImageDataBunch, normalize
from fastai_manager.interpret.comparison import Comparison
from fastai_manager.explain.embeddings import Embeddings
from fastai_manager.interpret.evaluation import Interpretation
from fastai_manager.interpret.learners import interpret
from fastai_manager.explain.explanation import Explanation, Explanations
from fastai_manager.explain.learners import explain
from fastai_manager.data.images import UprightImage, check_images, open_image
from fastai_manager.models.losses import FeatureLoss, SegmentationLoss
from fastai_manager.models.metrics import accuracy_thresh, fbeta, mean_absolute_error, mean_squared_error, psnr, r2_score, root_mean_squared_error, ssim
from fastai_manager.models.convnet import ImageRegression, create_classifier
from fastai_manager.core.parameters import Key
from fastai_manager.vision.parameters import TASKS, Task, complete_parameters, parameter_table, register_task
from fastai_manager.core.plots import readable_text
from fastai_manager.data.report import DataReport
from fastai_manager.core.samples import digit_masks, digits, photo_patches, photographs, rotated_digits, tagged_digits
from fastai_manager.vision import tasks
from fastai_manager.data.transforms import get_transforms
from fastai_manager.models.unet import create_unet
from fastai_manager.vision.learner import FastVision
from fastai_manager.explain import report as experiment_report
from fastai_manager.explain.features import Features
from fastai_manager.data.labels import ClassLabels, ImageLabels, Labels, NumberLabels, TagLabels, ValueLabels
from fastai_manager.data.masks import MaskLabels
from fastai_manager.data.colorization import ColorLabels
from fastai_manager.data.superres import SharpLabels
from fastai_manager.vision import augmentations as vision_augmentations
from fastai_manager.vision import training
from fastai_manager.vision import schedules
from fastai_manager.interpret import interpretation
from fastai_manager.interpret.diagnosis import Diagnosis
import fastai_manager.vision.resume, fastai_manager.vision.wrong
from fastai_manager.experiments.runs import Runs, rerun, runs
from fastai_manager.experiments.repeats import ComparedWays, Repeats, compare, repeat
from fastai_manager.experiments.crossval import CrossValidation, cross_validate
from fastai_manager.experiments.ensembles import Ensemble, ensemble, load_ensemble, oof_weights
from fastai_manager.experiments.search import Search, search
from fastai_manager.experiments import submission
from fastai_manager.experiments.files import read_experiments, run_file
