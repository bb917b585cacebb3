"""Calls that were logged without becoming a case."""

from suhui.contact.conversations import services
from suhui.contact.conversations.choices import Channel, Direction
from suhui.demo import texts
from suhui.demo.world import World
from suhui.platform.core.actors import Actor
from suhui.platform.core.clock import turned_to


def log_calls(world: World, count: int = 160) -> None:
    """A week of calls in and out, spread over the agents."""
    for moment in sorted(world.past(8) for _number in range(count)):
        known = world.random.choice(world.customers)
        region = world.region_of(known.outlet)
        agent = world.someone("agent", region)
        outgoing = world.random.random() < 0.3
        with turned_to(moment):
            services.log_contact(
                channel=Channel.PHONE,
                direction=Direction.OUT if outgoing else Direction.IN,
                branch=region,
                customer=known.customer,
                phone=known.phone,
                text=world.random.choice(texts.CALLS).format(number="尾号" + known.phone[-4:] + "的件"),
                seconds=world.random.randrange(20, 600),
                agent=agent,
                by=Actor.staff(agent),
            )
