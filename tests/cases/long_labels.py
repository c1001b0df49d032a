"""Names as they are in life: long, on nodes, on groups and on lines, in Portuguese."""

from diagrams import Cluster, Diagram, Edge
from diagrams.aws.compute import EC2, Lambda
from diagrams.aws.database import RDS
from diagrams.aws.general import User
from diagrams.aws.integration import SQS
from diagrams.aws.network import APIGateway
from diagrams.aws.storage import EBS, S3

with Diagram("Recebimento de notas fiscais", filename="long_labels", show=False):
    user = User("Analista fiscal da filial de São José dos Campos")
    with Cluster("Nuvem AWS da Companhia Brasileira de Distribuição (produção)"):
        api = APIGateway("API de recebimento de notas fiscais eletrônicas")
        inbox = S3("companhia-producao-notas-fiscais-recebidas-sa-east-1")
        queue = SQS("notas-a-conferir.fifo")
        check = Lambda("conferência de impostos estaduais e municipais")
        with (
            Cluster("VPC da área fiscal, compartilhada com contabilidade e auditoria"),
            Cluster("Sub-rede privada 10.0.128.0/20, zona de disponibilidade sa-east-1a"),
        ):
            server = EC2("servidor de escrituração")
            volume = EBS("volume de dados criptografado (gp3, 500 GB)")
            ledger = RDS("livro fiscal")

    user >> Edge(label="envia o lote do dia em formato XML assinado") >> api
    api >> Edge(label="grava cada nota com o seu protocolo de entrega") >> inbox
    inbox >> Edge(label="s3:ObjectCreated:CompleteMultipartUpload") >> queue
    queue >> Edge(label="até dez mensagens por vez") >> check
    check >> Edge(label="envia as notas conferidas e as divergências encontradas") >> server
    server - Edge(label="anexado em /dev/sdf") - volume
    server >> Edge(label="lançamentos") >> ledger
    ledger >> Edge(label="fecha o mês", style="dashed", constraint="false") >> inbox
