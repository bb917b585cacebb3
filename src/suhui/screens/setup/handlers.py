from suhui.platform.core import events
from suhui.platform.core.events import Happened
from suhui.screens.setup import services
from suhui.service.cases.events import CaseOpened


@events.handles(CaseOpened, name="setup.finish_guide")
def finish_guide(happened: Happened) -> None:
    """With the first case the guide has usually done its work."""
    services.finish_guide_when_done(at=happened.at)
