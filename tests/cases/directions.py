"""Groups that want their own direction: a column of checks in a row of stages."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import Batch, Lambda
from diagrams.aws.general import User
from diagrams.aws.integration import StepFunctions
from diagrams.aws.ml import Comprehend, Rekognition, Textract, Transcribe, Translate
from diagrams.aws.storage import S3

with Diagram("Media checks", filename="directions", show=False):
    author = User("Author")
    inbox = S3("inbox")
    with Cluster("Prepare", direction="TB"):
        start = StepFunctions("workflow")
        split = Lambda("split")
        encode = Batch("encode")
        start >> split >> encode
    with Cluster("Recognize", direction="TB"):
        faces = Rekognition("faces")
        pages = Textract("pages")
        voices = Transcribe("voices")
        faces >> pages >> voices
    with Cluster("Understand", direction="RL"):
        mood = Comprehend("mood")
        words = Translate("words")
        words >> Edge(label="text") >> mood
    done = S3("published")

    author >> Edge(label="upload") >> inbox >> start
    encode >> Edge(label="frames") >> faces
    voices >> Edge(label="speech") >> words
    mood >> done
