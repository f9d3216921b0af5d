"""The vocabulary of the courses of 2019: all of `fastai_manager.all`, and over it the names of fastai 1."""
import gc
import types

import PIL
from torch import optim

from fastai_manager.all import *

from fastai_manager.v1.items import (Category, DatasetType, EmptyLabel, FloatItem, FlowField, Image, ImagePoints, ImageSegment, ItemBase,
    MultiCategory, open_image, open_mask, plot_multi)
from fastai_manager.v1.bunch import ImageDataBunch, LabelList, get_transforms
from fastai_manager.v1.blocks import (CategoryList, FloatList, ImageItemList, ImageList, ItemLists, LabelLists, MultiCategoryList, PointsItemList,
    SegmentationItemList)
from fastai_manager.v1.learner import (GPUMemory, Learner, Recorder, cnn_learner, create_cnn, gpu_mem_get, gpu_mem_get_free, gpu_mem_get_free_no_cache,
    gpu_mem_get_used, gpu_mem_get_used_no_cache, load_learner, lr_find, unet_learner)
from fastai_manager.v1.interpretation import ClassificationInterpretation
from fastai_manager.v1.course import Config, children, doc, download_images, gone_names, untar_data, verify_images

globals().update(gone_names())

_modules = ("items", "bunch", "blocks", "learner", "interpretation", "course")
__all__ = [o for o in dir() if not o.startswith("_") and o!="gone_names" and not (o in _modules and isinstance(globals()[o], types.ModuleType))]
