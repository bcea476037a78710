// What is not run, and why. Everything else runs: what the driver lacks is said by the features it does not claim.

/** A WebSocket resolves names by itself; these tests have no feature to tell that by. */
const NAME_RESOLUTION = new RegExp(
  "\\.test_should_(" +
    "request_rt_from_all_initial_routers_until_successful_on_(unknown_failure|authorization_expired)" +
    "|successfully_acquire_rt_when_router_ip_changes)$",
);

/** Why a test is skipped; undefined if it is not. */
export const skipped = (test) =>
  NAME_RESOLUTION.test(test) ? "A WebSocket client cannot resolve domain names itself" : undefined;

/** The same for a part of a test. Some tests run a version without asking whether it is claimed. */
export const partSkipped = ({ version }) => (version === "v4x3" ? "The driver does not speak Bolt 4.3" : undefined);
