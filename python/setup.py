"""What pyproject.toml can't say: the wheel holds programs of one kind of machine, and takes any Python 3."""

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel


class ProgramsDistribution(Distribution):
    def has_ext_modules(self):
        return True


class ProgramsWheel(bdist_wheel):
    def get_tag(self):
        return "py3", "none", self.plat_name


setup(distclass=ProgramsDistribution, cmdclass={"bdist_wheel": ProgramsWheel})
