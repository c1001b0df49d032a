"""Clients that this project did not write: aws-cli and cdk, each in an environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local_clients import Account

if TYPE_CHECKING:
    from deploy.local import LocalCloud

pytestmark = pytest.mark.slow

AWSCLI = "awscli==1.46.3"
CDK = ("aws-cdk@2.1148.1", "aws-cdk-lib@2.276.0", "constructs@10.8.1")

TEMPLATE = """
Parameters: {Name: {Type: String, Default: a}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Ref Name}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
Outputs: {Arn: {Value: !Ref Topic}}
"""
APP = """
const cdk = require('aws-cdk-lib');
const s3 = require('aws-cdk-lib/aws-s3');
const sqs = require('aws-cdk-lib/aws-sqs');
const lambda = require('aws-cdk-lib/aws-lambda');
const app = new cdk.App();
const stack = new cdk.Stack(app, 'small', {
  env: {account: '123456789012', region: 'us-east-1'},
  analyticsReporting: true,
  synthesizer: new cdk.CliCredentialsStackSynthesizer({fileAssetsBucketName: 'cdk-assets', qualifier: 'local'}),
});
const queue = new sqs.Queue(stack, 'Queue', {visibilityTimeout: cdk.Duration.seconds(33)});
new s3.Bucket(stack, 'Bucket', {
  versioned: true, enforceSSL: true, removalPolicy: cdk.RemovalPolicy.DESTROY,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
});
const fn = new lambda.Function(stack, 'Function', {
  runtime: lambda.Runtime.PYTHON_3_13, handler: 'index.main',
  code: lambda.Code.fromInline('def main(event, context):\\n  return 7\\n'),
});
queue.grantSendMessages(fn);
new cdk.CfnOutput(stack, 'Name', {value: fn.functionName});
"""


def environment(cloud: LocalCloud, home: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_PAGER": "",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CI": "true",
        **{k: v for k, v in os.environ.items() if k.lower().startswith(("npm_", "pip_", "uv_", "ssl_", "node_"))},
        **cloud.environment,
    }


def run(command: list[Any], env: dict[str, str], cwd: Path, *, fails: bool = False) -> str:
    done = subprocess.run(
        [str(c) for c in command], env=env, cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )
    assert (done.returncode != 0) == fails, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_aws_cli(local_cloud: LocalCloud, tmp_path: Path) -> None:
    env = environment(local_cloud, tmp_path)
    own = {**os.environ, **env}
    run([sys.executable, "-m", "venv", tmp_path / "cli"], own, tmp_path)
    run([tmp_path / "cli" / "bin" / "pip", "install", "-q", AWSCLI], own, tmp_path)
    (tmp_path / "t.yaml").write_text(TEMPLATE)
    aws = [tmp_path / "cli" / "bin" / "aws"]
    deploy = [*aws, "cloudformation", "deploy", "--stack-name", "cli", "--template-file", "t.yaml"]
    deploy += ["--capabilities", "CAPABILITY_IAM", "--no-fail-on-empty-changeset"]
    assert "Successfully created" in run(deploy, env, tmp_path)
    assert "No changes to deploy" in run(deploy, env, tmp_path)
    time.sleep(1)  # it names change sets by the second, and leaves the one without changes
    assert "Successfully created" in run([*deploy, "--parameter-overrides", "Name=b"], env, tmp_path)
    told = run(
        [*aws, "cloudformation", "describe-stack-events", "--stack-name", "cli", "--output", "text"], env, tmp_path
    )
    assert "UPDATE_COMPLETE" in told
    run([*aws, "cloudformation", "delete-stack", "--stack-name", "cli"], env, tmp_path)
    run([*aws, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "cli"], env, tmp_path)
    told = run([*aws, "cloudformation", "describe-stacks", "--stack-name", "cli"], env, tmp_path, fails=True)
    assert "does not exist" in told


def test_cdk(local_cloud: LocalCloud, tmp_path: Path) -> None:
    npm, npx = shutil.which("npm"), shutil.which("npx")
    assert npm, "cdk comes from npm"
    assert npx
    env = environment(local_cloud, tmp_path)
    Account(local_cloud)("s3").create_bucket(Bucket="cdk-assets")
    (tmp_path / "app.js").write_text(APP)
    run([npm, "init", "-y"], env, tmp_path)
    run([npm, "install", "--no-fund", "--no-audit", *CDK], env, tmp_path)
    cdk = [tmp_path / "node_modules" / ".bin" / "cdk", "--app", "node app.js", "--no-notices"]
    told = run([*cdk, "deploy", "--require-approval", "never"], env, tmp_path)
    assert "AWS::CDK::Metadata" in told
    assert "small.Name = small-Function" in told
    assert "no differences" in run([*cdk, "diff"], env, tmp_path)
    assert "small: destroyed" in run([*cdk, "destroy", "--force"], env, tmp_path)
