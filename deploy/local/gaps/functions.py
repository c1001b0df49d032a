"""Lambda: settings that moto takes and forgets, and the event invoke configuration, which moto cannot change."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, cast

__all__ = ["install"]


def install() -> None:
    """Have moto's functions remember all of their settings."""
    from moto.awslambda.models import EventInvokeConfig, LambdaBackend, LambdaFunction
    from moto.awslambda.responses import LambdaResponse
    from moto.core.responses import ActionResult
    from moto.core.utils import utcnow
    from moto.ec2.exceptions import InvalidSubnetIdError
    from moto.ec2.models import ec2_backends

    function, backend, response = cast("Any", LambdaFunction), cast("Any", LambdaBackend), cast("Any", LambdaResponse)
    init, configuration, update = function.__init__, function.get_configuration, function.update_configuration
    update_code = function.update_function_code

    def remembering(self: Any, account_id: str, spec: dict[str, Any], region: str, version: Any = 1) -> None:
        self.dead_letter_config = spec.get("DeadLetterConfig") or {}
        self.logging_config = _logging(spec["FunctionName"], spec.get("LoggingConfig"))
        self.vpc_id = ""
        init(self, account_id, spec, region, version)
        self.logs_group_name = self.logging_config["LogGroup"]

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = configuration(self, on_create)
        told["LoggingConfig"] = self.logging_config
        if self.dead_letter_config.get("TargetArn"):
            told["DeadLetterConfig"] = self.dead_letter_config
        return told

    def update_configuration(self: Any, config_updates: dict[str, Any]) -> dict[str, Any]:
        for key, value in config_updates.items():
            if key == "DeadLetterConfig":
                self.dead_letter_config = value or {}
            elif key == "LoggingConfig":
                self.logging_config = _logging(self.function_name, value)
                self.logs_group_name = self.logging_config["LogGroup"]
            elif key == "TracingConfig":
                self.tracing_config = value
            elif key == "EphemeralStorage":
                self.ephemeral_storage = value["Size"]
            elif key == "KMSKeyArn":
                self.kms_key_arn = value or None
        update(self, config_updates)
        return self.get_configuration()

    def vpc_config(self: Any) -> dict[str, Any] | None:
        config: dict[str, Any] = dict(self._vpc_config or {})
        if not config.get("SubnetIds"):
            return None
        # A version stays what it was when it was published, also when its subnet is gone.
        with suppress(InvalidSubnetIdError):
            self.vpc_id = ec2_backends[self.account_id][self.region].get_subnet(config["SubnetIds"][0]).vpc_id
        return {**config, "VpcId": self.vpc_id}

    def put(self: Any, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
        found = self.get_function(function_name)
        made = EventInvokeConfig(f"{found.function_arn}:$LATEST", cast("Any", utcnow()), config)
        found.event_invoke_config = [made]
        return made.response()

    def change(self: Any, function_name: str, config: dict[str, Any]) -> dict[str, Any]:
        before: dict[str, Any] = self.get_function(function_name).event_invoke_config[0].config
        return put(self, function_name, {**before, **config})

    def update_function_event_invoke_config(self: Any) -> Any:
        name = self.path.rsplit("/", 2)[1]
        return ActionResult(self.backend.update_function_event_invoke_config(name, self.json_body))

    def update_function_code(self: Any, updated_spec: dict[str, Any]) -> dict[str, Any]:
        if updated_spec.get("Architectures"):
            self.architectures = updated_spec["Architectures"]
        told: dict[str, Any] = update_code(self, updated_spec)
        return told

    function.__init__ = remembering
    function.update_function_code = update_function_code
    function.get_configuration = get_configuration
    function.update_configuration = update_configuration
    function.vpc_config = property(vpc_config)
    backend.put_function_event_invoke_config = put
    backend.update_function_event_invoke_config = change
    response.update_function_event_invoke_config = update_function_event_invoke_config


def _logging(name: str, said: dict[str, Any] | None) -> dict[str, Any]:
    """Return where and how a function logs; what is not said is as AWS has it."""
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{name}", **(said or {})}
